// One function of several lambdas, for std::visit.
#pragma once

namespace axllama {

template <class... Cases>
struct Overload : Cases... {
  using Cases::operator()...;
};

}  // namespace axllama
