#include "standin/runtime/session.h"

#include <algorithm>

namespace axllama::standin {

Result<std::shared_ptr<Session>> Session::open(const Settings& settings) {
  std::vector<int64_t> ids = settings.cards;
  std::ranges::sort(ids);
  AX_TRY(std::shared_ptr<Ledger> ledger,
         Ledger::open(settings.state, ids, static_cast<uint64_t>(settings.cmm_total_kb),
                      static_cast<uint64_t>(settings.cmm_used_kb)));
  auto session = std::make_shared<Session>();
  session->ledger_ = ledger;
  for (size_t i = 0; i < ids.size(); ++i) {
    session->cards_.push_back(std::make_shared<Card>(i, static_cast<int32_t>(ids[i]), ledger));
  }
  reserve_device_addresses(static_cast<uint64_t>(settings.cmm_total_kb) * 1024);
  return session;
}

void Session::close() {
  for (const auto& stream : streams.all()) {
    stream->stop();
    streams.remove(stream.get());
  }
  for (const auto& context : contexts.all()) {
    context->default_stream()->stop();
    contexts.remove(context.get());
  }
  for (const auto& event : events.all()) events.remove(event.get());
  for (const auto& card : cards_) {
    {
      const std::scoped_lock lock(card->context_mutex);
      card->default_context.reset();
    }
    card->close();
  }
}

std::shared_ptr<Card> Session::card(int32_t id) const {
  for (const auto& card : cards_) {
    if (card->id() == id) return card;
  }
  return nullptr;
}

}  // namespace axllama::standin
