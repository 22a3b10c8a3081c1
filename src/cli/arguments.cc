#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

namespace axllama::cli {

namespace {

// Shows "--think[=WORD]" where CLI11 would show its own notation, and no types of plain words.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, positional);
    const size_t bare = name.find('{');
    return bare == std::string::npos ? name : name.substr(0, bare) + "[=WORD]";
  }
};

}  // namespace

struct Arguments::State {
  CLI::App app;
  explicit State(std::string_view name, std::string_view description)
      : app(std::string(description), "axllama " + std::string(name)) {}
};

Arguments::Arguments(std::string_view name, std::string_view description)
    : state_(std::make_unique<State>(name, description)) {
  state_->app.formatter(std::make_shared<HelpFormatter>());
  state_->app.set_help_flag("-h,--help", "show this help");
}

Arguments::~Arguments() = default;

void Arguments::flag(const char* names, bool& value, const char* help) {
  const bool before = value;
  state_->app.add_flag(names, value, help);
  value = before;
}

void Arguments::flag_or_word(const char* name, const char* bare, std::string& value,
                             const char* help) {
  state_->app.add_flag(std::string(name) + "{" + bare + "}", value, help);
}

void Arguments::option(const char* names, std::string& value, const char* help) {
  state_->app.add_option(names, value, help);
}

void Arguments::option(const char* names, int64_t& value, const char* help) {
  state_->app.add_option(names, value, help);
}

void Arguments::word(const char* name, std::string& value, const char* help, bool required) {
  state_->app.add_option(name, value, help)->required(required)->type_name("");
}

void Arguments::words(const char* name, std::vector<std::string>& values, const char* help,
                      bool required) {
  state_->app.add_option(name, values, help)->required(required)->type_name("");
}

Result<bool> Arguments::parse(Args args) {
  std::vector<std::string> reversed(args.rbegin(), args.rend());  // as CLI11 wants them
  try {
    state_->app.parse(std::move(reversed));
    return true;
  } catch (const CLI::CallForHelp&) {
    std::fputs(state_->app.help().c_str(), stdout);
    return false;
  } catch (const CLI::ParseError& e) {
    return fail(ErrorCode::kInvalidArgument, e.what(),
                "`" + state_->app.get_name() + " --help` shows what it takes");
  }
}

}  // namespace axllama::cli
