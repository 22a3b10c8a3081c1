#include "chat/call_id.h"

#include <random>
#include <string_view>

namespace axllama {

std::string make_call_id() {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::uniform_int_distribution<size_t> place(0, kAlphabet.size() - 1);
  std::string id = "call_";
  for (int i = 0; i < 8; ++i) id += kAlphabet[place(random)];
  return id;
}

}  // namespace axllama
