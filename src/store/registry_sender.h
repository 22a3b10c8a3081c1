// Gives a part of a file to a registry, and takes its answer in.
#pragma once

#include <chrono>
#include <cstdint>

#include "store/transfer_http.h"
#include "store/transfer_parts.h"

namespace axllama::store {

// The thread that drives the transfer.
class PartSender : public TransferReceiver {
 public:
  using Clock = std::chrono::steady_clock;

  // `file` stays open while it lives.
  PartSender(int file, const Part& part) : file_(file), part_(part) {}

  uint64_t given() const { return given_; }  // bytes of the part
  Clock::time_point moved() const { return moved_; }
  // Status 0 until there is one.
  const TransferReply& reply() const { return reply_; }

  bool on_head(int status, const Headers& headers) override;
  bool on_bytes(std::string_view bytes) override;
  int64_t read(uint64_t offset, char* into, size_t room) override;

 private:
  const int file_;
  const Part part_;
  uint64_t given_ = 0;
  Clock::time_point moved_ = Clock::now();
  TransferReply reply_;
};

}  // namespace axllama::store
