#include "axmodel/writer.h"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "axmodel/test_support.h"

namespace axllama::axmodel {
namespace {

using testing::HasSubstr;

// Writes and parses; the writer is what is wanted.
void expect_round_trip(const ContainerWriter& writer) {
  const std::string bytes = written(writer);
  const auto container = parse(bytes);
  ASSERT_TRUE(container) << container.error().text();
  EXPECT_EQ(container->producer, writer.producer);
  EXPECT_EQ(container->graph, writer.graph);
  EXPECT_EQ(container->metadata, writer.metadata);
  EXPECT_EQ(container->groups, writer.groups);
  ASSERT_EQ(container->initializers.size(), writer.weights.size());
  for (size_t i = 0; i < writer.weights.size(); ++i) {
    const Initializer& got = container->initializers[i];
    EXPECT_EQ(got.name, writer.weights[i].name);
    EXPECT_EQ(got.type, writer.weights[i].type);
    EXPECT_EQ(got.dims, writer.weights[i].dims);
    EXPECT_TRUE(got.raw);
    EXPECT_EQ(got.bytes, data_bytes(got.type, got.dims));
    EXPECT_EQ(got.offset % kWeightAlignment, 0u);
  }
}

Error error_of_writing(const ContainerWriter& writer) {
  const TempDir folder;
  const auto done = writer.write(folder.path() / "a.axmodel");
  EXPECT_EQ(folder.entries(), done ? 1 : 0);
  return done ? Error{ErrorCode::kInternal, "no error"} : done.error();
}

void expect_impossible(const ContainerWriter& writer, const char* why) {
  const Error error = error_of_writing(writer);
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr(why));
}

TEST(ContainerWriter, layers_of_any_number_of_groups_come_back_as_given) {
  for (const int64_t groups : {1, 2, 6, 11}) expect_round_trip(layer(groups));
}

TEST(ContainerWriter, head_with_weights_of_several_types_comes_back_as_given) {
  ContainerWriter head;
  head.groups = {{{{"input", ElementType::kBfloat16, {1, 1, 32}}},
                  {{"output", ElementType::kBfloat16, {1, 1, 1000}},
                   {"indices", ElementType::kUint32, {1, 1, 10}}}}};
  head.weights = {weight("norm", ElementType::kFloat, {3}, std::string(12, 'n')),
                  weight("weight", ElementType::kInt4, {3, 3}, "12345"),
                  weight("none", ElementType::kUint8, {0}, ""), hole("npu_params", 100),
                  weight("q", ElementType::kBfloat16, {2, 70}, std::string(280, 'q'))};
  expect_round_trip(head);
}

TEST(ContainerWriter, one_group_keeps_names_that_end_in_numbers) {
  ContainerWriter writer;
  writer.groups = {{{{"input", ElementType::kFloat, {1}}, {"input_1", ElementType::kFloat, {2}}},
                    {{"output_1", ElementType::kFloat, {1}}}}};
  expect_round_trip(writer);
}

TEST(ContainerWriter, weights_are_where_the_container_says) {
  ContainerWriter writer = layer(2);
  writer.weights.push_back(weight("k", ElementType::kInt8, {2, 3}, "kkkKKK"));
  writer.weights.push_back({"v", ElementType::kInt8, {4}, [](const ByteSink& sink) -> Result<void> {
                              const std::string_view pieces[] = {"1", "", "234"};
                              for (const auto piece : pieces) {
                                AX_CHECK(sink(std::as_bytes(std::span(piece))));
                              }
                              return {};
                            }});
  const std::string bytes = written(writer);
  const auto container = parse(bytes);
  ASSERT_TRUE(container) << container.error().text();
  const auto text = [&](const char* name) {
    const Initializer* weight = container->initializer(name);
    return weight == nullptr ? "" : bytes.substr(weight->offset, weight->bytes);
  };
  EXPECT_EQ(text("npu_params"), "abcde");
  EXPECT_EQ(text("k"), "kkkKKK");
  EXPECT_EQ(text("v"), "1234");
}

TEST(ContainerWriter, hole_of_gigabytes_takes_no_room) {
  const TempDir folder;
  const auto path = folder.path() / "big.axmodel";
  ContainerWriter writer = layer(6);
  writer.weights = {hole("npu_params", 6LL << 30)};
  const auto done = writer.write(path);
  ASSERT_TRUE(done) << done.error().text();
  struct stat state = {};
  ASSERT_EQ(::stat(path.c_str(), &state), 0);
  EXPECT_GT(state.st_size, 6LL << 30);
  EXPECT_LT(state.st_blocks * 512, 1 << 20);
  const auto container = read_container(path);
  ASSERT_TRUE(container) << container.error().text();
  EXPECT_EQ(container->weight_bytes(), 6ULL << 30);
  EXPECT_EQ(container->file_bytes, static_cast<uint64_t>(state.st_size));
}

TEST(ContainerWriter, older_file_is_replaced) {
  const TempDir folder;
  const auto path = folder.path() / "a.axmodel";
  std::ofstream(path) << "old";
  ASSERT_TRUE(layer(1).write(path));
  EXPECT_TRUE(read_container(path));
  EXPECT_EQ(folder.entries(), 1);
}

TEST(ContainerWriter, error_of_a_weights_source_is_passed_on_and_leaves_the_old_file) {
  const TempDir folder;
  const auto path = folder.path() / "a.axmodel";
  std::ofstream(path) << "old";
  ContainerWriter writer = layer(1);
  writer.weights[0].data = [](const ByteSink& sink) -> Result<void> {
    AX_CHECK(sink(std::as_bytes(std::span("x"))));
    return fail(ErrorCode::kCorrupt, "the source is torn");
  };
  const auto done = writer.write(path);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), (Error{ErrorCode::kCorrupt, "the source is torn"}));
  EXPECT_EQ(text_of(path), "old");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(ContainerWriter, file_that_the_system_refuses_leaves_nothing) {
  rlimit old = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old), 0);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit low = {.rlim_cur = 100, .rlim_max = old.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
  const Error error = error_of_writing(layer(1));
  ::setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(error.code, ErrorCode::kIo);
  EXPECT_THAT(error.message, HasSubstr("a.axmodel: File too large"));
}

TEST(ContainerWriter, folder_that_is_missing_is_not_found) {
  const TempDir folder;
  const auto done = layer(1).write(folder.path() / "none" / "a.axmodel");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
}

TEST(ContainerWriter, weight_of_too_few_or_too_many_bytes_is_refused) {
  ContainerWriter writer = layer(1);
  writer.weights = {weight("q", ElementType::kInt8, {3}, "12")};
  expect_impossible(writer, "weight \"q\" gives 2 of its 3 bytes");
  writer.weights = {weight("q", ElementType::kInt8, {3}, "1234")};
  expect_impossible(writer, "weight \"q\" gives more than its 3 bytes");
}

TEST(ContainerWriter, weight_without_a_size_is_refused) {
  ContainerWriter writer = layer(1);
  writer.weights = {weight("q", ElementType::kUndefined, {3}, "123")};
  expect_impossible(writer, "the size of weight \"q\" is not known");
  writer.weights = {hole("q", 1LL << 40)};
  expect_impossible(writer, "32 GiB");
  writer.weights = {hole("q", 20LL << 30), hole("k", 20LL << 30)};
  expect_impossible(writer, "32 GiB");
}

TEST(ContainerWriter, groups_that_differ_are_refused) {
  ContainerWriter writer = layer(2);
  writer.groups[1].inputs[0].name = "cache";
  expect_impossible(writer, "the groups differ");
  writer = layer(2);
  std::swap(writer.groups[1].inputs[0], writer.groups[1].inputs[1]);
  expect_impossible(writer, "the groups differ");
  writer = layer(2);
  writer.groups[1].outputs.pop_back();
  expect_impossible(writer, "the groups differ");
}

TEST(ContainerWriter, what_no_container_can_hold_is_refused) {
  ContainerWriter writer = layer(1);
  writer.groups.clear();
  expect_impossible(writer, "no node");
  writer = layer(1);
  writer.groups[0].outputs.clear();
  expect_impossible(writer, "no output");
  writer = layer(1);
  writer.groups[0].inputs[0].dims = {0};
  expect_impossible(writer, "a dimension of 0");
  writer = layer(1);
  writer.groups[0].inputs[0].name = "input";
  expect_impossible(writer, "a second tensor \"input\"");
  writer = layer(2);
  writer.groups[0].inputs[0].name = "input_1";
  expect_impossible(writer, "a second tensor \"input_1\"");
  writer = layer(1);
  writer.weights.push_back(writer.weights[0]);
  expect_impossible(writer, "a second initializer");
}

}  // namespace
}  // namespace axllama::axmodel
