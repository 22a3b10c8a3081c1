// A scripted engine for tests: no model, no arithmetic, but the same rules as a real one, checked.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace axllama {

struct FakeScript {
  // The next token after `tokens` (the whole content of a slot): gets all the probability.
  std::function<Token(const std::vector<Token>& tokens)> next;
  int context = 256;
  int slots = 1;
  int chunk = 64;
  bool can_shift = true;
  bool restores_parts = true;
  int image_tokens = 0;  // of every image; 0: it takes none
  // Called before each step, on the engine's thread: may block, or give an error to return.
  std::function<Result<void>(std::span<const Row>)> before_step;
  // The same before each image, save and restore, with the slot.
  std::function<Result<void>(int slot)> before_image;
  std::function<Result<void>(int slot)> before_save;
  std::function<Result<void>(int slot)> before_restore;
};

// What was called, for tests to look at. Locked by the engine.
struct FakeCalls {
  std::mutex mutex;
  int steps = 0;
  std::vector<size_t> rows_per_step;
  int shifts = 0;
  int copies = 0;
  int saves = 0;
  int images = 0;  // chunks that were evaluated
  int restores = 0;
};

// The vocabulary is borrowed from a real one. `calls`, when given, outlives the engine.
std::unique_ptr<Engine> make_fake_engine(FakeScript script, std::unique_ptr<Vocabulary> vocabulary,
                                         FakeCalls* calls = nullptr);

}  // namespace axllama
