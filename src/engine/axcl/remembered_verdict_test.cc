// Verdicts of the self-check from load to load, as the engine uses and shows them; and drivers that
// lack what can be done without.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "engine/axcl/standin_kit.h"
#include "test_places.h"

namespace axllama {
namespace {

namespace fs = std::filesystem;
using namespace npu_test;
using testing::HasSubstr;

// With a cache folder of its own.
AxclSpec fresh() {
  static int last = 0;
  AxclSpec how = spec(packed(kSmall));
  how.cache_folder = (scratch() / ("cache" + std::to_string(++last)) / "vocabularies").string();
  return how;
}

fs::path verdicts(const AxclSpec& how) {
  return fs::path(how.cache_folder).parent_path() / "verdicts";
}

std::vector<fs::path> files(const AxclSpec& how) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(verdicts(how))) paths.push_back(entry.path());
  return paths;
}

std::vector<ShortcutVerdict> shortcuts(const AxclSpec& how) {
  return load(how)->info().shortcuts;
}

const ShortcutVerdict& find(const std::vector<ShortcutVerdict>& all, const std::string& name) {
  return *std::ranges::find(all, name, &ShortcutVerdict::name);
}

// Runs of models while it loads.
int64_t runs_of(const AxclSpec& how) {
  const auto runs = [] { return count("executes_sync") + count("executes_async"); };
  const int64_t before = runs();
  load(how);
  return runs() - before;
}

Bits bits_of(const AxclSpec& how) {
  const auto engine = load(how);
  evaluate(*engine, 0, std::vector<Token>(40, 9));
  return evaluate(*engine, 0, {7});
}

TEST(RememberedVerdict, what_a_driver_does_is_told) {
  const auto engine = load(fresh());
  EXPECT_EQ(engine->info().driver, "V3.10.2");
  ASSERT_EQ(engine->info().shortcuts.size(), npu::kShortcuts.size());
  for (const ShortcutVerdict& one : engine->info().shortcuts) {
    EXPECT_TRUE(one.on) << one.name;
    EXPECT_EQ(one.why, "");
  }
  AxclSpec plain = fresh();
  plain.shortcuts = npu::kPlain;
  for (const ShortcutVerdict& one : shortcuts(plain)) EXPECT_EQ(one.why, "not asked for");
}

// Of the check, a try: a chunk through 3 layers, and 3 tokens through 6 and the head.
constexpr int64_t kTry = 3 + 3 * 7;

TEST(RememberedVerdict, the_search_is_not_repeated) {
  const Control set("profile = 3.6.5\n");
  const AxclSpec how = fresh();
  const int64_t first = runs_of(how);
  const int64_t second = runs_of(how);
  EXPECT_EQ(second, kTry);
  EXPECT_GT(first, 2 * second);
  EXPECT_EQ(shortcuts(how), shortcuts(fresh()));
}

TEST(RememberedVerdict, a_driver_before_3_is_asked_for_streams_last) {
  const Control set("profile = 2.25\n");
  const AxclSpec how = fresh();
  // The plain way, all but streams, and streams on top, which end at the first call: that of a
  // token comes after the chunk.
  EXPECT_EQ(runs_of(how), 2 * kTry + 3);
  const auto engine = load(how);
  EXPECT_EQ(engine->info().driver, "V2.25.0");
  const ShortcutVerdict& chain = find(engine->info().shortcuts, "async_chain");
  EXPECT_FALSE(chain.on);
  EXPECT_THAT(chain.why, HasSubstr("queueing the model"));
}

TEST(RememberedVerdict, one_that_no_longer_holds_is_forgotten) {
  const AxclSpec how = fresh();
  const Bits want = bits_of(how);
  const Control set("kv_row_alignment = nan\noffset_tables = nan\n");  // the version is the same
  EXPECT_EQ(bits_of(how), want);
  const auto now = shortcuts(how);
  EXPECT_FALSE(find(now, "kv_in_place").on);
  EXPECT_TRUE(find(now, "chained_hidden").on);
  EXPECT_EQ(files(how).size(), 1u);
  EXPECT_EQ(runs_of(how), kTry);
}

TEST(RememberedVerdict, each_version_of_the_driver_has_its_own) {
  const AxclSpec how = fresh();
  load(how);
  const Control set("version = V3.16.0\n");
  load(how);
  EXPECT_EQ(files(how).size(), 2u);
}

TEST(RememberedVerdict, a_damaged_file_is_measured_again) {
  const AxclSpec how = fresh();
  const auto want = shortcuts(how);
  std::ofstream(files(how).front()) << "axllama self-check 2\nnonsense\n";
  EXPECT_EQ(shortcuts(how), want);
  EXPECT_EQ(runs_of(how), kTry);
}

// What the plain way gave then is what counts, whatever the file says it was.
TEST(RememberedVerdict, other_bits_are_measured_again) {
  const AxclSpec how = fresh();
  const auto want = shortcuts(how);
  const fs::path file = files(how).front();
  std::string text = or_throw(read_file(file.string()));
  char& digit = text.at(text.find("bits ") + 5);
  digit = digit == '0' ? '1' : '0';
  std::ofstream(file) << text;
  EXPECT_EQ(runs_of(how), 3 * kTry);  // the remembered way, the plain way, and the first again
  EXPECT_EQ(shortcuts(how), want);
  EXPECT_EQ(runs_of(how), kTry);
}

TEST(RememberedVerdict, what_a_busy_card_could_not_do_is_not_remembered) {
  const AxclSpec how = fresh();
  {
    control("bad_return = axclrtSynchronizeStreamWithTimeout:1:0x80300405\n");
    const auto engine = load(how);
    control("");
  }
  EXPECT_TRUE(!fs::exists(verdicts(how)) || files(how).empty());
  for (const ShortcutVerdict& one : shortcuts(how)) EXPECT_TRUE(one.on) << one.name;
}

// The stand-in's library with nothing but what we can't do without.
std::shared_ptr<const axcl::Runtime> bare_runtime() {
  axcl::Library library = or_throw(axcl::open_library({standin_library()}));
#define AXCL_DROP(name, result, parameters) \
  if (!axcl::is_required(#name)) library.functions.name = nullptr;
  AXCL_PUBLIC_FUNCTIONS(AXCL_DROP)
  AXCL_HIDDEN_FUNCTIONS(AXCL_DROP)
#undef AXCL_DROP
  return or_throw(axcl::Runtime::start(std::move(library)));
}

TEST(BareRuntime, missing_functions_cost_time_not_bits) {
  const Bits want = bits_of(fresh());
  const auto bare = bare_runtime();
  EXPECT_EQ(bare->version(), "");
  AxclSpec how = fresh();
  how.slots = 2;
  const auto engine = or_throw(load_axcl_engine(bare, how));
  EXPECT_EQ(engine->slots(), 2);
  EXPECT_EQ(engine->info().driver, "");
  const ShortcutVerdict& chain = find(engine->info().shortcuts, "async_chain");
  EXPECT_FALSE(chain.on);
  EXPECT_EQ(chain.why, "this driver has no streams");
  EXPECT_TRUE(find(engine->info().shortcuts, "kv_in_place").on);
  evaluate(*engine, 1, std::vector<Token>(40, 9));
  ASSERT_TRUE(engine->copy(1, 0, 40));
  EXPECT_EQ(evaluate(*engine, 0, {7}), want);
}

TEST(BareRuntime, version_in_three_numbers_does) {
  axcl::Library library = or_throw(axcl::open_library({standin_library()}));
  library.functions.axclrtGetFullVersion = nullptr;
  EXPECT_EQ(or_throw(axcl::Runtime::start(std::move(library)))->version(), "V3.10.2");
}

}  // namespace
}  // namespace axllama
