// The NPU engine beside the vendor's loop, both on the stand-in card, with folders of the true
// sizes of published models: the vendor's own order of calls, ours with blocking runs, and ours
// with queued ones.
//
//   npu_speed         by the virtual clock; exits 1 when a budget is missed
//   npu_speed real    Qwen3-0.6B in real time: what the host's own work adds to the card's
#include <cstdio>
#include <functional>
#include <map>
#include <string_view>

#include "bench/npu_device.h"
#include "bench/npu_vendor.h"
#include "engine/axcl/standin_kit.h"
#include "test_places.h"

namespace axllama {
namespace {

using namespace npu_test;

constexpr int kTokens = 20;  // of an answer
const std::vector<Token> kPrompt(1000, 65);
const std::vector<Token> kNextTurn(50, 66);

struct Shape {
  const char* name;
  const char* options;  // of axllama-pack
};

constexpr Shape kShapes[] = {
    {"Qwen3-0.6B w8, 2047", "--shape qwen3-0.6b --quant w8 --context 2047"},
    {"Qwen3-4B w8, 2559", "--shape qwen3-4b --quant w8 --context 2559"},
};

std::string packed_shape(const Shape& shape) {
  static std::map<std::string, std::string> made;
  std::string& folder = made[shape.name];
  if (!folder.empty()) return folder;
  folder = (scratch() / ("shape-" + std::to_string(made.size()))).string();
  const std::string command = pack_program() + " " + shape.options + " " + folder + " >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return folder;
}

// Something that answers: the vendor's loop or our engine.
struct Loop {
  std::function<void(const std::vector<Token>&)> prefill;
  std::function<void(Token)> decode;
};

// Seconds by the card's clock, but for `cpu`.
struct Figures {
  double first_load = 0;   // nothing is known of the card's driver
  double load = 0;         // any later one
  double first_token = 0;  // of kPrompt
  double next_turn = 0;    // first token after kNextTurn more
  double token = 0;
  double trips = 0;  // a token
  double cpu = 0;    // of this process a token, the stand-in's own included
};

double timed(const std::function<void()>& work) {
  const double before = device_seconds();
  work();
  return device_seconds() - before;
}

Figures measure(const std::function<Loop()>& make) {
  Figures figures;
  Loop loop;
  figures.first_load = timed([&] { loop = make(); });
  loop = {};
  figures.load = timed([&] { loop = make(); });
  figures.first_token = timed([&] { loop.prefill(kPrompt); });
  figures.next_turn = timed([&] { loop.prefill(kNextTurn); });
  loop.decode(67);  // binds
  const int64_t trips = round_trips();
  const double cpu = cpu_seconds();
  figures.token = timed([&] {
                    for (int i = 0; i < kTokens; ++i) loop.decode(67);
                  }) /
                  kTokens;
  figures.trips = static_cast<double>(round_trips() - trips) / kTokens;
  figures.cpu = (cpu_seconds() - cpu) / kTokens;
  return figures;
}

Figures measure_vendor(const std::string& folder) {
  return measure([&] {
    const std::shared_ptr<VendorLoop> loop = load_vendor_loop(folder);
    return Loop{[loop](const std::vector<Token>& tokens) { loop->prefill(tokens); },
                [loop](Token token) { loop->decode(token); }};
  });
}

Figures measure_ours(const std::string& folder, npu::Shortcuts shortcuts) {
  static int caches = 0;
  const std::string cache =
      (scratch() / ("cache" + std::to_string(++caches)) / "vocabularies").string();
  return measure([&] {
    AxclSpec how = spec(folder);
    how.shortcuts = shortcuts;
    how.cache_folder = cache;
    const std::shared_ptr<Engine> engine = load(how);
    const auto chunk = static_cast<size_t>(engine->info().chunk);
    return Loop{
        [engine, chunk](const std::vector<Token>& tokens) { evaluate(*engine, 0, tokens, chunk); },
        [engine](Token token) { evaluate(*engine, 0, {token}); }};
  });
}

// Of the figures of one way to run a model.
struct Row {
  const Shape* shape;
  const char* way;
  std::string folder;
  bool blocking;
  Figures figures;
};

double share_of_limit(const Row& row) {
  return token_limit(row.folder, row.blocking) / row.figures.token;
}

double share_of_line(const Row& row) {
  return files_of(row.folder).bytes / kPcie / row.figures.load;
}

void print(const Row& row, const Figures& vendor) {
  const Figures& ours = row.figures;
  const auto ratio = [](double theirs, double own) { return theirs / own; };
  std::printf(
      "| %s | %s | %.2f (%.2f) | %.1f %% | %.1f | %.3f s (%.2f) | %.3f s (%.2f) | %.1f s (%.2f) | "
      "%.0f %% | %.1f s | %.2f ms |\n",
      row.shape->name, row.way, 1 / ours.token, ratio(vendor.token, ours.token),
      100 * share_of_limit(row), ours.trips, ours.first_token,
      ratio(vendor.first_token, ours.first_token), ours.next_turn,
      ratio(vendor.next_turn, ours.next_turn), ours.load, ratio(vendor.load, ours.load),
      100 * share_of_line(row), ours.first_load, 1e3 * ours.cpu);
}

bool missed(const char* what, const Row& row, double found, bool good) {
  if (!good)
    std::fprintf(stderr, "missed: %s, %s: %s %.3f\n", row.shape->name, row.way, what, found);
  return !good;
}

// Whether one of the design's budgets is missed.
bool misses_budget(const Row& row) {
  const double share = share_of_limit(row);
  const double most_trips = row.blocking ? files_of(row.folder).count - 1 + 5 : 4;
  const bool slow = missed("share of the limit", row, share, share >= (row.blocking ? 0.97 : 0.95));
  const double trips = row.figures.trips;
  const double line = share_of_line(row);
  const bool slow_load = missed("share of PCIe while loading", row, line, line >= 0.9);
  return missed("round trips", row, trips, trips <= most_trips) || slow || slow_load;
}

constexpr const char* kHeader =
    "| model | way | tokens/s | of the limit | round trips a token | prompt of 1,000 | 50 more | "
    "load | of PCIe | first load | CPU a token |\n|---|---|---|---|---|---|---|---|---|---|---|\n";

npu::Shortcuts blocking_shortcuts() {
  npu::Shortcuts blocking = npu::kFast;
  blocking.async_chain = blocking.async_chunks = false;
  return blocking;
}

int by_the_virtual_clock() {
  const Control timing("timing = virtual\nlog = quiet\n");
  or_throw(runtime()->devices());  // settings hold from the next call on
  // The vendor's loop is first: the thread's context is its own then.
  std::vector<Figures> vendor;
  for (const Shape& shape : kShapes) vendor.push_back(measure_vendor(packed_shape(shape)));
  std::printf("%s", kHeader);
  bool missed = false;
  for (size_t i = 0; i < std::size(kShapes); ++i) {
    const std::string folder = packed_shape(kShapes[i]);
    print({&kShapes[i], "vendor's loop", folder, true, vendor[i]}, vendor[i]);
    for (const bool blocking : {true, false}) {
      const npu::Shortcuts how = blocking ? blocking_shortcuts() : npu::kFast;
      const Row row{&kShapes[i], blocking ? "ours, blocking" : "ours, queued", folder, blocking,
                    measure_ours(folder, how)};
      print(row, vendor[i]);
      missed = misses_budget(row) || missed;
    }
  }
  return missed ? 1 : 0;
}

int in_real_time() {
  const Control timing("timing = real\nlog = quiet\n");
  or_throw(runtime()->devices());
  const std::string folder = packed_shape(kShapes[0]);
  const Figures vendor = measure_vendor(folder);
  std::printf("%s", kHeader);
  print({&kShapes[0], "vendor's loop", folder, true, vendor}, vendor);
  print({&kShapes[0], "ours, queued", folder, false, measure_ours(folder, npu::kFast)}, vendor);
  return 0;
}

}  // namespace
}  // namespace axllama

int main(int argc, char** argv) {
  try {
    const bool real = argc == 2 && std::string_view(argv[1]) == "real";
    if (argc > 1 && !real) {
      std::fprintf(stderr, "npu_speed [real]\n");
      return 2;
    }
    return real ? axllama::in_real_time() : axllama::by_the_virtual_clock();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "npu_speed: %s\n", error.what());
    return 1;
  }
}
