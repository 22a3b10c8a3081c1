// What lives between axclInit and axclFinalize.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "standin/runtime/card.h"
#include "standin/runtime/context.h"
#include "standin/runtime/event.h"
#include "standin/runtime/handle_table.h"
#include "standin/runtime/settings.h"

namespace axllama::standin {

// Any thread may call.
class Session {
 public:
  // The settings' cards. The errors of Ledger::open.
  static Result<std::shared_ptr<Session>> open(const Settings& settings);
  // Stops all streams and lets the cards go. Calls under way end with errors.
  void close();

  // In ascending order of their ids.
  const std::vector<std::shared_ptr<Card>>& cards() const { return cards_; }
  std::shared_ptr<Card> card(int32_t id) const;
  Ledger& ledger() const { return *ledger_; }

  HandleTable<Context> contexts;
  HandleTable<Stream> streams;  // those that were created, not the contexts' own
  HandleTable<Event> events;
  Lane bus;  // PCIe, one for all cards

 private:
  std::shared_ptr<Ledger> ledger_;  // shared with the cards, which streams may keep a little longer
  std::vector<std::shared_ptr<Card>> cards_;
};

}  // namespace axllama::standin
