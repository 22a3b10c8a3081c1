#include "store/transfer_receiver.h"

#include <algorithm>

#include "store/registry_challenge.h"

namespace axllama::store {
namespace {

constexpr size_t kLongestText = 2000;

std::string text_of(const Headers& headers, std::string_view name) {
  return std::string(find_header(headers, name).value_or(""));
}

}  // namespace

void PartReceiver::start(bool ranged) {
  ranged_ = ranged;
  taking_ = false;
  answer_ = {};
  moved_ = Clock::now();
}

bool PartReceiver::wrong(std::string what) {
  answer_.kind = PartAnswer::Kind::kWrong;
  answer_.text = std::move(what);
  return false;
}

bool PartReceiver::accept_range(const Headers& headers) {
  const auto range = parse_content_range(text_of(headers, "Content-Range"));
  if (!range) return wrong("an answer without the range it is for");
  if (range->first != part_.offset + part_.completed || range->last >= part_.offset + part_.size) {
    return wrong("an answer for another range than was asked for");
  }
  return taking_ = true;
}

bool PartReceiver::on_head(int status, const Headers& headers) {
  moved_ = Clock::now();
  answer_.status = status;
  const std::string encoding = text_of(headers, "Content-Encoding");
  if (status / 100 == 2 && !encoding.empty() && encoding != "identity") {
    return wrong("an answer in " + encoding + ", which was not asked for");
  }
  if (status == 206 && ranged_) return accept_range(headers);
  if (status == 200 && !ranged_) return taking_ = true;
  if (status == 200) {
    answer_.kind = PartAnswer::Kind::kNoRanges;
    return false;
  }
  if (status / 100 == 2) return wrong("an answer of status " + std::to_string(status));
  answer_.kind = PartAnswer::Kind::kRefused;
  answer_.location = text_of(headers, "Location");
  answer_.authenticate = text_of(headers, "WWW-Authenticate");
  answer_.retry_after = text_of(headers, "Retry-After");
  return true;
}

bool PartReceiver::on_bytes(std::string_view bytes) {
  moved_ = Clock::now();
  if (!taking_) {
    answer_.text += bytes.substr(0, kLongestText - std::min(kLongestText, answer_.text.size()));
    return true;
  }
  if (bytes.size() > part_.size - part_.completed) return wrong("more bytes than were asked for");
  Result<void> done = file_.write(part_.offset + part_.completed, bytes);
  part_.completed += done ? bytes.size() : 0;
  if (done && part_.completed - noted_ >= note_every_) done = note();
  if (!done) {
    answer_.kind = PartAnswer::Kind::kDisk;
    answer_.error = done.error();
    return false;
  }
  arrived_ += bytes.size();
  return true;
}

PartAnswer PartReceiver::answer() const {
  PartAnswer answer = answer_;
  if (answer.kind == PartAnswer::Kind::kShort && part_.whole()) {
    answer.kind = PartAnswer::Kind::kWhole;
  }
  return answer;
}

Result<void> PartReceiver::note() {
  if (noted_ == part_.completed) return {};
  file_.start_flush(part_.offset + noted_, part_.offset + part_.completed);
  noted_ = part_.completed;
  return file_.note(part_);
}

}  // namespace axllama::store
