#include "serve/transfers.h"

#include "base/log.h"
#include "base/process.h"
#include "serve/pull_model.h"
#include "store/registry_key.h"
#include "store/registry_push.h"

namespace axllama::serve {

void Transfer::run(
    const std::function<Result<void>(const store::TellProgress&, std::stop_token)>& work) {
  leave_signals_to_the_loop();
  Result<void> result = fail(ErrorCode::kInternal, "the transfer ended without a result");
  try {
    result =
        work([this](const store::TransferProgress& line) { lines_.push(line); }, stop_.get_token());
  } catch (const std::exception& error) {
    result = fail(ErrorCode::kInternal, std::string("the transfer failed: ") + error.what());
  }
  {
    std::lock_guard lock(mutex_);
    result_ = std::move(result);
  }
  lines_.close();
}

Transfers::~Transfers() {
  for (Running& one : running_) one.transfer->stop();
}

std::shared_ptr<Transfer> Transfers::start(Work work) {
  std::erase_if(running_, [](const Running& one) { return one.ended->load(); });
  auto transfer = std::make_shared<Transfer>(loop_);
  auto ended = std::make_shared<std::atomic<bool>>(false);
  std::jthread thread([transfer, ended, work = std::move(work)] {
    transfer->run(work);
    *ended = true;
  });
  running_.push_back({transfer, std::move(ended), std::move(thread)});
  return transfer;
}

std::shared_ptr<Transfer> Transfers::pull(const PullOrder& order) {
  const auto session =
      store::registry_session(order.place, settings_, store::RegistryKey::default_path());
  return start([this, order, session](const store::TellProgress& tell, std::stop_token stop) {
    return pull_model(store_, downloads_, order, session, tell, stop);
  });
}

std::shared_ptr<Transfer> Transfers::push(const store::RegistryPlace& place) {
  const auto session =
      store::registry_session(place, settings_, store::RegistryKey::default_path());
  return start([this, place, session](const store::TellProgress& tell, std::stop_token stop) {
    return store::push_to_registry(store_, place, session, tell, stop);
  });
}

}  // namespace axllama::serve
