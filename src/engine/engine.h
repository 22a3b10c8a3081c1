// What a loaded model on a device can do, in tokens. The seam between the runner and the silicon.
//
// One thread owns an engine and makes all calls; info() and vocabulary() are constant after the
// load and may be read from any thread, as lay_out() may be called.
//
// A slot is one conversation's cache of evaluated tokens. The engine knows the length of each slot,
// not which tokens are in it: that is the runner's book. An image counts as many tokens as its
// chunks have, and is kept and dropped as a whole (engine/prompt.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/device.h"
#include "engine/prompt.h"
#include "token/vocabulary.h"

namespace axllama {

struct EngineInfo {
  std::string name;         // "llama", "axcl", "fake"
  int context = 0;          // tokens that one slot holds
  int trained_context = 0;  // tokens the model was trained for; 0: unknown
  int chunk = 0;            // most rows of one step
  int embedding_size = 0;   // length of what embed() gives
  bool can_shift = false;   // shift() works
  // restore() takes fewer tokens than were saved; false for recurrent models and sliding windows
  bool restores_parts = true;
  bool embeds = false;  // an embedding model: step() is of no use
  std::vector<DeviceMemory> memory;
  std::string driver = {};                      // version of the card's runtime; empty: no card
  std::vector<ShortcutVerdict> shortcuts = {};  // empty for engines that have none
};

// One token to evaluate, at the end of its slot (position length(slot), growing within a step).
struct Row {
  int slot = 0;
  Token token = 0;
  bool wants_logits = false;
};

// Where an image stands in a slot.
struct ImageSpan {
  int begin = 0;  // its first token
  int tokens = 0;
  int positions = 0;  // that it takes: fewer than tokens where the model counts rows and columns
};

// What a slot held, out of save(): opaque, good for every slot of the engine that gave it.
struct SlotState {
  int length = 0;                      // tokens
  std::vector<std::byte> bytes;        // on the host
  std::vector<ImageSpan> images = {};  // in the slot that was saved
  int held = 0;                        // tokens of that slot
};

// The logits of one row, valid until the sink returns. Exactly one of f32 and bf16 is set.
struct Logits {
  std::span<const float> f32 = {};      // [vocabulary]
  std::span<const uint16_t> bf16 = {};  // [vocabulary] or [ids.size()]
  std::span<const uint32_t> ids = {};   // when not empty: the tokens that bf16's values belong to
};

// Called in row order for each row that asked. Must not call the engine.
using LogitsSink = std::function<void(size_t row, const Logits& logits)>;

class Engine {
 public:
  virtual ~Engine() = default;

  virtual const EngineInfo& info() const = 0;
  virtual const Vocabulary& vocabulary() const = 0;
  // The parts as one prompt; the texts with their special words, BOS and EOS as `add_special` has
  // it for Vocabulary::encode. Any thread. kUnsupported for images where the model takes none;
  // kInvalidArgument for an image that the model can't take.
  virtual Result<Prompt> lay_out(std::span<const PromptPart> parts, bool add_special) const = 0;
  // Number of slots, numbered from 0.
  virtual int slots() const = 0;
  // Tokens in a slot.
  virtual int length(int slot) const = 0;

  // Forgets everything from the n-th token on, and with it an image that this would split;
  // 0 <= n <= length. Some models (recurrent ones) can't forget a part: then the slot is emptied.
  // Returns the length that remains.
  virtual int truncate(int slot, int n) = 0;
  // Makes the first n tokens of `to` those of `from` and forgets the rest of `to`.
  // kUnsupported when this model can't.
  virtual Result<void> copy(int from, int to, int n) = 0;
  // Drops the tokens [keep, keep + discard), whole images only, and moves what follows down.
  // kUnsupported unless info().can_shift.
  virtual Result<void> shift(int slot, int keep, int discard) = 0;

  // Bytes that save(slot, n) will give. Fails as save() would, but moves nothing.
  virtual Result<uint64_t> saved_bytes(int slot, int n) = 0;
  // Copies the state of the first n tokens to the host; 0 < n <= length. The slot stays as it is.
  // kUnsupported when this model can't: an embedding model, and one that restores no parts when n
  // is not all. kBusy when it can't now: after a shift(), until the next step.
  virtual Result<SlotState> save(int slot, int n) = 0;
  // Makes the slot hold the first n of the saved tokens and no other; 0 < n <= state.length, and
  // all of them unless info().restores_parts. When it fails the slot is empty.
  virtual Result<void> restore(int slot, const SlotState& state, int n) = 0;

  // Evaluates rows (at most info().chunk), all slots in one go, and hands out the logits that were
  // asked for. When it fails or is canceled (kCanceled) the slots of the batch are as long as
  // before, or emptied where that can't be had; length() tells. A row past the context is
  // kInvalidArgument and nothing is evaluated.
  virtual Result<void> step(std::span<const Row> rows, const LogitsSink& sink,
                            std::stop_token stop) = 0;

  // Evaluates a chunk that lay_out() gave, at the end of the slot; errors and cancellation as with
  // step(), also kInvalidArgument when the engine was loaded with too small a batch for it.
  virtual Result<void> step_image(int slot, const ImageChunk& chunk, std::stop_token stop) = 0;

  // One vector for a text: the model's own pooling; the mean over all tokens for a model that names
  // none. Not normalised. Slots are untouched. kInvalidArgument when tokens are none or too many.
  virtual Result<std::vector<float>> embed(std::span<const Token> tokens, std::stop_token stop) = 0;
};

// What to load and how.
struct LoadSpec {
  std::string model;           // path of the GGUF file or model folder
  std::string projector = {};  // GGUF file that makes embeddings of images; empty: no images
  std::string adapter = {};    // GGUF file of a LoRA adapter for these weights; empty: none
  int context = 0;             // tokens a slot; 0: the model's trained context
  int slots = 1;
  int batch = 512;  // most rows of a step
  int threads = 0;  // 0: one a physical core
  bool use_mmap = true;
  std::string device = {};  // "cpu", "npu" (all cards), "npu:1" (the second); empty: what fits
  bool operator==(const LoadSpec&) const = default;
};

// Told the share that is loaded, 0..1; returning false stops the load (kCanceled).
using LoadProgress = std::function<bool(float share)>;

}  // namespace axllama
