#include "cli/session.h"

#include <gtest/gtest.h>

namespace axllama::cli {
namespace {

Action type(Session& session, std::string line) {
  const auto kind = line.starts_with('/') ? Input::Kind::kCommand : Input::Kind::kMessage;
  return act(session, {kind, std::move(line)});
}

std::string said(const Action& action) {
  const Say* say = std::get_if<Say>(&action);
  return say == nullptr ? "(nothing said)" : say->text;
}

TEST(Session, text_is_sent) {
  Session session;
  EXPECT_EQ(type(session, "hello"), Action(Send{"hello"}));
}

TEST(Session, commands_ask_the_shell) {
  Session session;
  EXPECT_EQ(type(session, "/bye"), Action(Quit{}));
  EXPECT_EQ(type(session, "/byebye"), Action(Quit{}));
  EXPECT_EQ(type(session, "/exit"), Action(Quit{}));
  EXPECT_EQ(type(session, "/list"), Action(ListModels{}));
  EXPECT_EQ(type(session, "/load qwen3:4b"), Action(LoadModel{"qwen3:4b"}));
  EXPECT_EQ(type(session, "/save mine"), Action(SaveModel{"mine"}));
  EXPECT_EQ(type(session, "/load"), Action(Say{"Usage: /load MODEL"}));
  EXPECT_EQ(type(session, "/save a b"), Action(Say{"Usage: /save MODEL"}));
}

TEST(Session, show_knows_its_parts) {
  Session session;
  EXPECT_EQ(type(session, "/show info"), Action(ShowModel{ShowPart::kInfo}));
  EXPECT_EQ(type(session, "/show license"), Action(ShowModel{ShowPart::kLicense}));
  EXPECT_EQ(type(session, "/show modelfile"), Action(ShowModel{ShowPart::kModelfile}));
  EXPECT_EQ(type(session, "/show parameters"), Action(ShowModel{ShowPart::kParameters}));
  EXPECT_EQ(type(session, "/show system"), Action(ShowModel{ShowPart::kSystem}));
  EXPECT_EQ(type(session, "/show template"), Action(ShowModel{ShowPart::kTemplate}));
  EXPECT_EQ(said(type(session, "/show x")), "Unknown command '/show x'. Type /? for help");
  EXPECT_EQ(said(type(session, "/show")).rfind("Show:\n", 0), 0u);
}

TEST(Session, unknown_commands_are_named) {
  Session session;
  EXPECT_EQ(said(type(session, "/what now")), "Unknown command '/what'. Type /? for help");
  EXPECT_EQ(said(type(session, "/set x")), "Unknown command '/set x'. Type /? for help");
}

TEST(Session, help_has_topics) {
  Session session;
  EXPECT_EQ(type(session, "/?"), type(session, "/help"));
  EXPECT_EQ(type(session, "/? set"), type(session, "/set"));
  EXPECT_EQ(type(session, "/? show"), type(session, "/show"));
  EXPECT_NE(said(type(session, "/? shortcuts")).find("Ctrl + j"), std::string::npos);
}

TEST(Session, switches) {
  Session session;
  type(session, "/set verbose");
  EXPECT_TRUE(session.verbose);
  type(session, "/set quiet");
  EXPECT_FALSE(session.verbose);
  type(session, "/set nowordwrap");
  EXPECT_FALSE(session.word_wrap);
  type(session, "/set wordwrap");
  EXPECT_TRUE(session.word_wrap);
  type(session, "/set nohistory");
  EXPECT_FALSE(session.history);
  type(session, "/set history");
  EXPECT_TRUE(session.history);
}

TEST(Session, format) {
  Session session;
  type(session, "/set format json");
  EXPECT_EQ(session.ask.format.kind, Format::Kind::kJson);
  type(session, "/set format xml");
  EXPECT_EQ(session.ask.format.kind, Format::Kind::kJson);
  type(session, "/set noformat");
  EXPECT_EQ(session.ask.format.kind, Format::Kind::kNone);
}

TEST(Session, think_needs_a_model_that_can) {
  Session session{.ask = {.model = "m"}, .capabilities = {"completion"}};
  EXPECT_EQ(said(type(session, "/set think")), "\"m\" does not support thinking.");
  EXPECT_FALSE(session.ask.think);
  session.capabilities.push_back("thinking");
  type(session, "/set think");
  EXPECT_EQ(session.ask.think, Think{true});
  type(session, "/set think low");
  EXPECT_EQ(session.ask.think, (Think{true, "low"}));
  type(session, "/set nothink");
  EXPECT_EQ(session.ask.think, Think{false});
}

TEST(Session, parameters_are_kept_by_name) {
  Session session;
  type(session, "/set parameter temperature 0.5");
  type(session, "/set parameter seed 7");
  EXPECT_EQ(said(type(session, "/set parameter temperature 1")),
            "Parameter 'temperature' is now 1.");
  type(session, "/set parameter stop a b");
  const OptionList expected = {
      {"temperature", 1.0}, {"seed", int64_t{7}}, {"stop", std::vector<std::string>{"a", "b"}}};
  EXPECT_EQ(session.ask.options, expected);
}

TEST(Session, bad_parameters_change_nothing) {
  Session session;
  EXPECT_EQ(said(type(session, "/set parameter warmth 1")),
            "Couldn't set the parameter: unknown parameter 'warmth'");
  EXPECT_EQ(said(type(session, "/set parameter seed x")),
            "Couldn't set the parameter: invalid int value [x]");
  EXPECT_EQ(said(type(session, "/set parameter seed 1 2")), "Parameter 'seed' takes one value.");
  EXPECT_NE(said(type(session, "/set parameter")).find("repeat_last_n"), std::string::npos);
  EXPECT_TRUE(session.ask.options.empty());
}

TEST(Session, system_message_stands_first) {
  Session session;
  session.messages = {{.role = "user", .content = "hi"}};
  EXPECT_EQ(messages_to_send(session), session.messages);
  type(session, "/set system You are\na bean.");
  const std::vector<Message> expected = {{.role = "system", .content = "You are\na bean."},
                                         {.role = "user", .content = "hi"}};
  EXPECT_EQ(messages_to_send(session), expected);
}

TEST(Session, clear_forgets_the_messages_and_keeps_the_settings) {
  Session session{.system = "s", .messages = {{.role = "user", .content = "hi"}}};
  type(session, "/clear");
  EXPECT_TRUE(session.messages.empty());
  EXPECT_EQ(session.system, "s");
}

TEST(Session, save_takes_settings_and_messages_along) {
  Session session{.ask = {.model = "sprout", .options = {{"top_k", int64_t{3}}}}, .system = "s"};
  session.messages = {{.role = "assistant", .content = "hi", .thinking = "hm"}};
  session.messages.push_back({.role = "user", .content = "see", .images = {"png"}});
  ShownModel shown;
  shown.messages = {{.role = "user", .content = "of the model"}};
  const NewModel model = model_to_save(session, shown, "mine");
  EXPECT_EQ(model.name, "mine");
  EXPECT_EQ(model.from, "sprout");
  EXPECT_EQ(model.system, "s");
  EXPECT_EQ(model.parameters, session.ask.options);
  EXPECT_EQ(model.messages,
            (std::vector<Message>{{.role = "user", .content = "of the model"},
                                  {.role = "assistant", .content = "hi", .thinking = "hm"},
                                  {.role = "user", .content = "see", .images = {"png"}}}));
  session.messages.clear();
  EXPECT_TRUE(model_to_save(session, shown, "mine").messages.empty());
}

TEST(Session, shown_parts_prefer_what_was_set_here) {
  Session session;
  ShownModel shown;
  EXPECT_EQ(part_text(ShowPart::kSystem, shown, session),
            "No system message was specified for this model.");
  shown.system = "theirs";
  EXPECT_EQ(part_text(ShowPart::kSystem, shown, session), "theirs");
  session.system = "mine";
  EXPECT_EQ(part_text(ShowPart::kSystem, shown, session), "mine");
}

TEST(Session, shown_parameters_tell_both_kinds) {
  Session session;
  ShownModel shown;
  EXPECT_EQ(part_text(ShowPart::kParameters, shown, session),
            "No parameters were specified for this model.");
  shown.parameters = "top_k                          3";
  session.ask.options = {{"temperature", 0.5}, {"stop", std::vector<std::string>{"a", "b"}}};
  EXPECT_EQ(part_text(ShowPart::kParameters, shown, session),
            "Of the model:\n"
            "top_k                          3\n"
            "\n"
            "Set here:\n"
            "temperature                    0.5\n"
            "stop                           \"a\"\n"
            "stop                           \"b\"");
}

}  // namespace
}  // namespace axllama::cli
