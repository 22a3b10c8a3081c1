// The server's side of an Exchange.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "http/request_parser.h"
#include "http/server.h"
#include "http/transport.h"
#include "http/wire.h"

namespace axllama {

struct Service;

class OpenExchange final : public Exchange {
 public:
  // Takes the finished request out of `parser`.
  OpenExchange(const Service& service, Transport& transport, RequestParser& parser,
               const std::string& peer);

  const HttpRequest& request() const override { return request_; }
  const std::string& peer() const override { return peer_; }
  std::stop_token gone() const override { return stop_.get_token(); }
  bool started() const override { return stage_ != Stage::kNew; }
  void add_header(std::string name, std::string value) override;
  Task<Result<void>> respond(HttpResponse response) override;
  Task<Result<void>> begin(HttpResponse response) override;
  Task<Result<void>> write(std::string_view piece) override;
  Task<Result<void>> end() override;

  void ask_to_stop() { stop_.request_stop(); }
  // After the handler: answers for one that sent nothing, breaks an answer that was not ended.
  // False when the connection can't take another request.
  Task<bool> close();

 private:
  enum class Stage { kNew, kStreaming, kComplete };

  // The head of the answer; settles what follows it.
  std::string head_of(HttpResponse& response, Framing framing);
  // Moves on, or says that the call comes at the wrong time.
  Result<void> go(Stage from, Stage to);

  const Service& service_;
  Transport& transport_;
  const std::string& peer_;
  const bool http10_;
  bool keep_alive_;
  bool bodiless_ = false;
  HttpRequest request_;
  Headers added_;
  std::stop_source stop_;
  Stage stage_ = Stage::kNew;
};

}  // namespace axllama
