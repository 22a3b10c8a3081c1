#include "engine/axcl/placement.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "base/format.h"

namespace axllama::npu {
namespace {

constexpr uint64_t kNever = std::numeric_limits<uint64_t>::max();

class Splitter {
 public:
  Splitter(const axmodel::ModelFolder& folder, std::span<const CardRoom> rooms, uint64_t floor)
      : folder_(folder), rooms_(rooms), floor_(floor) {}

  // The layers over these cards, in this order, such that the largest part is as small as can be;
  // nothing when they don't fit. best[i]: the largest part when the first i layers are on the cards
  // that were looked at.
  std::optional<std::vector<PlacedPart>> split(std::span<const size_t> cards) const {
    const size_t layers = folder_.layers.size();
    std::vector<uint64_t> best(layers + 1, kNever);
    best[0] = 0;
    std::vector<std::vector<size_t>> begins;  // by card, by end
    for (size_t i = 0; i < cards.size(); ++i) {
      const bool head = i + 1 == cards.size();
      std::vector<uint64_t> next(layers + 1, kNever);
      std::vector<size_t>& begin = begins.emplace_back(layers + 1, 0);
      for (size_t end = head ? layers : 1; end <= layers; ++end) {
        for (size_t first = 0; first < end; ++first) {
          if (best[first] == kNever) continue;
          const PartBytes bytes = bytes_of(folder_, {first, end - first, head});
          if (!fits(cards[i], bytes)) continue;
          const uint64_t largest = std::max(best[first], bytes.weights + bytes.cache);
          if (largest >= next[end]) continue;
          next[end] = largest;
          begin[end] = first;
        }
      }
      best = std::move(next);
    }
    if (best[layers] == kNever) return std::nullopt;
    std::vector<PlacedPart> parts(cards.size());
    size_t end = layers;
    for (size_t i = cards.size(); i-- > 0;) {
      const size_t first = begins[i][end];
      parts[i] = {cards[i], {first, end - first, i + 1 == cards.size()}};
      end = first;
    }
    return parts;
  }

 private:
  bool fits(size_t card, const PartBytes& bytes) const {
    return rooms_[card].free == 0 || bytes.all() + floor_ <= rooms_[card].free;
  }

  const axmodel::ModelFolder& folder_;
  std::span<const CardRoom> rooms_;
  uint64_t floor_;
};

uint64_t room(const CardRoom& card) {
  return card.free == 0 ? kNever : card.free;
}

// The `count` cards with the most room, in the order in which they were named.
std::vector<size_t> freest(std::span<const CardRoom> rooms, std::vector<size_t> cards,
                           size_t count) {
  std::ranges::stable_sort(cards, std::ranges::greater{},
                           [&](size_t card) { return room(rooms[card]); });
  cards.resize(count);
  std::ranges::sort(cards);
  return cards;
}

std::string rooms_text(std::span<const CardRoom> rooms) {
  if (rooms.size() == 1) return format_bytes(rooms[0].free) + " are free";
  std::string text;
  for (const CardRoom& card : rooms) {
    text += (text.empty() ? "" : ", ") + std::string("card ") + std::to_string(card.device) +
            " has " + format_bytes(card.free) + " free";
  }
  return text;
}

Error fits_nowhere(const axmodel::ModelFolder& folder, std::span<const CardRoom> rooms,
                   uint64_t floor) {
  const uint64_t need = bytes_of(folder, whole(folder)).all() + floor;
  const bool one = rooms.size() == 1;
  return {ErrorCode::kNoMemory,
          std::string("the model does not fit on the card") +
              (one ? "" : "s, nor split over them") + ": it needs " + format_bytes(need) +
              (one ? ", and " : " on one; ") + rooms_text(rooms),
          kNoRoomHint};
}

}  // namespace

Result<Placement> place(const axmodel::ModelFolder& folder, std::span<const CardRoom> rooms,
                        uint64_t floor) {
  const Splitter splitter(folder, rooms, floor);
  std::vector<size_t> cards(rooms.size());
  std::iota(cards.begin(), cards.end(), size_t{0});
  Placement placement;
  size_t count = 1;  // cards a replica
  while (count <= cards.size()) {
    auto replica = splitter.split(freest(rooms, cards, count));
    if (replica) {
      for (const PlacedPart& part : *replica) std::erase(cards, part.card);
      placement.replicas.push_back(*std::move(replica));
    } else if (placement.replicas.empty()) {
      ++count;
    } else {
      break;
    }
  }
  if (placement.replicas.empty()) return std::unexpected(fits_nowhere(folder, rooms, floor));
  std::ranges::sort(placement.replicas, {},
                    [](const std::vector<PlacedPart>& parts) { return parts.front().card; });
  for (const size_t card : cards) {
    const std::string name = "card " + std::to_string(rooms[card].device);
    const uint64_t need = bytes_of(folder, whole(folder)).all() + floor;
    placement.unused.push_back(
        count == 1 ? name + " is not used: the model needs " + format_bytes(need) + ", and " +
                         format_bytes(rooms[card].free) + " are free there"
                   : name + " is not used: the model is split over " + std::to_string(count) +
                         " cards, and too few are left for it once more");
  }
  return placement;
}

}  // namespace axllama::npu
