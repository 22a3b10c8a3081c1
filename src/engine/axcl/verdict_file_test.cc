#include "engine/axcl/verdict_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/fd.h"
#include "engine/axcl/standin_kit.h"

namespace axllama::npu {
namespace {

namespace fs = std::filesystem;
using namespace npu_test;

std::string folder() {
  static int last = 0;
  return (scratch() / ("verdicts" + std::to_string(++last))).string();
}

const VerdictKey kKey = {"V3.10.2", "/usr/lib/axcl/libaxcl_rt.so", "0123", "layers 0 to 5", kFast};

Verdict some_off() {
  Verdict verdict;
  verdict.good = kFast;
  verdict.bits = std::string(64, 'a');
  verdict.good.async_chain = verdict.good.kv_in_place = false;
  verdict.off = {{"kv_in_place", "the logits of token 2 differ"},
                 {"async_chain", "no: streams\nhere"}};
  return verdict;
}

TEST(VerdictFile, gives_what_was_written) {
  const VerdictFile file(folder(), kKey);
  EXPECT_FALSE(file.read());
  file.write(some_off());
  const auto read = file.read();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->good, some_off().good);
  EXPECT_EQ(read->bits, some_off().bits);
  ASSERT_EQ(read->off.size(), 2u);
  EXPECT_EQ(read->off[0], some_off().off[0]);
  EXPECT_EQ(read->off[1], (OffShortcut{"async_chain", "no: streams here"}));
  file.forget();
  EXPECT_FALSE(file.read());
}

TEST(VerdictFile, each_part_of_the_key_has_its_own) {
  const std::string where = folder();
  VerdictFile(where, kKey).write(some_off());
  VerdictKey other = kKey;
  other.driver = "V3.6.5";
  EXPECT_FALSE(VerdictFile(where, other).read());
  other = kKey;
  other.runtime = "/opt/libaxcl_rt.so";
  EXPECT_FALSE(VerdictFile(where, other).read());
  other = kKey;
  other.model = "0124";
  EXPECT_FALSE(VerdictFile(where, other).read());
  other = kKey;
  other.part = "layers 0 to 4";
  EXPECT_FALSE(VerdictFile(where, other).read());
  other = kKey;
  other.wanted.async_chain = false;
  EXPECT_FALSE(VerdictFile(where, other).read());
}

TEST(VerdictFile, any_damage_counts_as_none) {
  const VerdictFile file(folder(), kKey);
  file.write(some_off());
  const std::string good = or_throw(read_file(file.path()));
  // Every prefix, every byte changed, and more behind.
  for (size_t i = 0; i < good.size(); ++i) {
    std::ofstream(file.path()) << good.substr(0, i);
    EXPECT_FALSE(file.read()) << i;
  }
  const size_t names = good.find("good ");
  for (size_t i = 0; i < good.find("off "); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 16);
    std::ofstream(file.path()) << bad;
    EXPECT_FALSE(file.read()) << i << (i < names ? " in the key" : " in the names");
  }
  std::ofstream(file.path()) << good << "good shared_inputs\n";
  EXPECT_FALSE(file.read());
  std::ofstream(file.path()) << good;
  EXPECT_TRUE(file.read());
}

TEST(VerdictFile, one_that_may_pass_is_not_kept) {
  const VerdictFile file(folder(), kKey);
  Verdict verdict = some_off();
  verdict.lasting = false;
  file.write(verdict);
  EXPECT_FALSE(fs::exists(file.path()));
}

TEST(VerdictFile, without_a_folder_nothing_is_kept) {
  const VerdictFile file("", kKey);
  file.write(some_off());
  EXPECT_FALSE(file.read());
  file.forget();
}

TEST(ModelDigest, changes_with_a_file) {
  const fs::path layer = scratch() / "digest_layer";
  axmodel::ModelFolder model;
  model.layers = {layer.string()};
  model.head = (scratch() / "digest_head").string();
  std::ofstream(model.head) << "head";
  std::ofstream(layer) << "1234";
  const std::string before = model_digest(model);
  EXPECT_EQ(model_digest(model), before);
  fs::last_write_time(layer, fs::last_write_time(layer) + std::chrono::seconds(1));
  const std::string touched = model_digest(model);
  EXPECT_NE(touched, before);
  std::ofstream(layer) << "12345";
  EXPECT_NE(model_digest(model), touched);
  model.compiler_version = "5.2";
  EXPECT_NE(model_digest(model), before);
}

}  // namespace
}  // namespace axllama::npu
