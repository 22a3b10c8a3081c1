// Prints docs/standin.md's table of predicted and published decode speeds.
#include <cmath>
#include <cstdio>
#include <exception>
#include <string>

#include "standin/tests/decode_speed.h"

namespace axllama::standin {
namespace {

struct Published {
  const char* shape;
  const char* quant;
  int context;
  double speed;       // tokens/s
  const char* where;  // and by which program
  bool shared;        // compared with the loop with shared buffers, not the vendor's
};

constexpr Published kPublished[] = {
    {"qwen3-0.6b", "w8", 2047, 12.88, "Pi 5, vendor", false},
    {"qwen3-0.6b", "w8", 2047, 19.6, "Pi 5, user, shared buffers", true},
    {"qwen3-0.6b", "int4", 2047, 20.21, "host unknown, AXERA", false},
    {"qwen3-0.6b", "int4", 2047, 24.5, "Pi 5, user, shared buffers", true},
    {"qwen3-1.7b", "w8", 2047, 7.70, "Pi 5, vendor", false},
    {"qwen3-1.7b", "int4", 2047, 12.72, "host unknown, AXERA", false},
    {"qwen3-4b", "w8", 2559, 3.65, "Pi 5, vendor", false},
    {"qwen3-4b", "w8", 2559, 4.22, "on the board", true},
    {"qwen3-4b", "int4", 2047, 6.50, "host unknown, AXERA", false},
    {"qwen2.5-0.5b", "w8", 1023, 28, "host unknown, AXERA", false},
    {"qwen2.5-0.5b", "int4", 1023, 27.05, "Pi 5, vendor", false},
    {"qwen2.5-1.5b", "w8", 1023, 11.5, "on the board", true},
    {"qwen2.5-1.5b", "int4", 1023, 15.03, "Pi 5, vendor", false},
    {"qwen2.5-7b", "w8", 1023, 2.6, "on the board", true},
    {"qwen2.5-7b", "int4", 1023, 4.4, "CM3588", false},
    {"qwen2.5-7b", "int4", 1023, 4.8, "on the board", true},
};

void print_row(const Published& row) {
  std::printf("| %s | %s | %d | %.4g | %s | ", row.shape, row.quant, row.context, row.speed,
              row.where);
  try {
    const std::string folder = packed(std::string("--shape ") + row.shape + " --quant " +
                                      row.quant + " --context " + std::to_string(row.context));
    const double vendor = vendor_speed(folder).tokens_per_second;
    const double shared = shared_speed(folder).tokens_per_second;
    const double off = 100 * ((row.shared ? shared : vendor) / row.speed - 1);
    std::printf("%.4g | %.4g | %+.0f %% (%s) |\n", vendor, shared, off,
                row.shared ? "shared" : "vendor's");
  } catch (const std::exception& reason) {
    std::fprintf(stderr, "%s %s: %s\n", row.shape, row.quant, reason.what());
    std::printf("does not fit | does not fit | |\n");
  }
}

}  // namespace
}  // namespace axllama::standin

int main() {
  using namespace axllama::standin;
  card();
  settings("timing = virtual\n");
  std::printf(
      "| shape | weights | context | published tokens/s | where | vendor's loop | shared buffers "
      "| off by |\n"
      "|---|---|---|---|---|---|---|---|\n");
  for (const Published& row : kPublished) print_row(row);
  return 0;
}
