// How far logits lie apart. Pure.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace axllama::logits {

// Of the differences between logits, over all tokens of the vocabulary and all steps added.
class Spread {
 public:
  // Two lists of the same tokens' logits.
  void add(std::span<const float> a, std::span<const float> b) {
    for (size_t i = 0; i < a.size(); ++i) {
      const double difference = std::abs(double{a[i]} - double{b[i]});
      squares_ += difference * difference;
      sum_ += difference;
      largest_ = std::max(largest_, difference);
    }
    count_ += a.size();
  }
  double rms() const { return count_ == 0 ? 0 : std::sqrt(squares_ / static_cast<double>(count_)); }
  double mean() const { return count_ == 0 ? 0 : sum_ / static_cast<double>(count_); }
  double largest() const { return largest_; }

 private:
  double squares_ = 0;
  double sum_ = 0;
  double largest_ = 0;
  size_t count_ = 0;
};

}  // namespace axllama::logits
