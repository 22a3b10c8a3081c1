// A context: what a thread must hold to speak to a card.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "standin/runtime/card.h"
#include "standin/runtime/stream.h"

namespace axllama::standin {

// Any thread may call.
class Context {
 public:
  Context(std::shared_ptr<Card> card, Timeline& timeline)
      : card_(std::move(card)),
        timeline_(timeline),
        default_stream_(std::make_shared<Stream>(card_, timeline)) {}

  const std::shared_ptr<Card>& card() const { return card_; }
  const std::shared_ptr<Stream>& default_stream() const { return default_stream_; }
  std::shared_ptr<Stream> create_stream() {
    auto stream = std::make_shared<Stream>(card_, timeline_);
    const std::scoped_lock lock(mutex_);
    streams_.push_back(stream.get());
    return stream;
  }
  // The handles of the streams that were created in it, which go with it.
  std::vector<const void*> take_streams() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(streams_, {});
  }

 private:
  const std::shared_ptr<Card> card_;  // shared by all that live on it
  Timeline& timeline_;
  const std::shared_ptr<Stream> default_stream_;  // shared with calls that use it
  std::mutex mutex_;
  std::vector<const void*> streams_;
};

}  // namespace axllama::standin
