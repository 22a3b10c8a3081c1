#include <gtest/gtest.h>

#include "api/ollama.h"
#include "base/format.h"

namespace axllama::ollama {
namespace {

OptionList parameters() {
  return {{"num_ctx", int64_t{1048576}},
          {"temperature", 0.7},
          {"top_p", 1.0},
          {"use_mmap", true},
          {"stop", std::vector<std::string>{"<|im_end|>", "\n\"x\""}}};
}

TEST(WriteShow, a_bare_model_still_has_the_fields_that_clients_need) {
  ShowReply reply;
  EXPECT_EQ(write_show(reply),
            R"({"details":{"parent_model":"","format":"","family":"","families":null,)"
            R"("parameter_size":"","quantization_level":""},"model_info":{},"modified_at":")" +
                format_time_local(reply.modified) + "\"}");
}

TEST(WriteShow, every_field_is_written) {
  ShowReply reply;
  reply.licenses = {"MIT", "Apache"};
  reply.modelfile = "FROM x\n";
  reply.parameters = {{"top_k", int64_t{3}}};
  reply.go_template = "{{ .Prompt }}";
  reply.system = "s";
  reply.messages = {{"user", "hi", "t", {"ABC"}, {}, {{"1", 0, "f", "{}"}}, "f", "1"}};
  reply.model_info = "{ \"general.architecture\" : \"qwen3\" }";
  reply.tensors = R"([{"name":"t","type":"F32","shape":[1]}])";
  reply.capabilities = {"completion"};
  EXPECT_EQ(
      write_show(reply),
      R"({"license":"MIT\nApache","modelfile":"FROM x\n",)"
      R"("parameters":"top_k                          3","template":"{{ .Prompt }}","system":"s",)"
      R"("details":{"parent_model":"","format":"","family":"","families":null,)"
      R"("parameter_size":"","quantization_level":""},)"
      R"("messages":[{"role":"user","content":"hi","thinking":"t","images":["QUJD"],)"
      R"("tool_calls":[{"id":"1","function":{"index":0,"name":"f","arguments":{}}}],)"
      R"("tool_name":"f","tool_call_id":"1"}],"model_info":{"general.architecture":"qwen3"},)"
      R"("tensors":[{"name":"t","type":"F32","shape":[1]}],"capabilities":["completion"],)"
      R"("modified_at":")" +
          format_time_local(reply.modified) + "\"}");
}

TEST(WriteShow, parameters_are_lines_with_the_key_padded) {
  ShowReply reply;
  reply.parameters = parameters();
  const std::string pad = std::string(23, ' ');
  const std::string lines = "num_ctx" + pad + " 1048576\\n" +                     //
                            "temperature" + pad.substr(4) + " 0.7\\n" +           //
                            "top_p  " + pad + " 1\\n" +                           //
                            "use_mmap" + pad.substr(1) + " true\\n" +             //
                            "stop   " + pad + R"( \"\u003c|im_end|\u003e\"\n)" +  //
                            "stop   " + pad + R"( \"\\n\\\"x\\\"\")";
  EXPECT_NE(write_show(reply).find("\"parameters\":\"" + lines + "\""), std::string::npos)
      << write_show(reply);
}

}  // namespace
}  // namespace axllama::ollama
