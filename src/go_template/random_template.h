// Templates made at random, of every construct, for tests: most are right, some are broken.
#pragma once

#include <array>
#include <random>
#include <string>
#include <vector>

namespace axllama::go_template {

class RandomTemplate {
 public:
  explicit RandomTemplate(uint32_t seed) : random_(seed) {}

  std::string make() {
    std::string text = body(3);
    if (chance(8)) text += "{{define \"part\"}}" + body(1) + "{{end}}";
    if (chance(6)) text += "{{block \"block\" " + expression(1) + "}}" + body(1) + "{{end}}";
    return chance(6) ? broken(std::move(text)) : text;
  }

 private:
  size_t below(size_t count) { return random_() % count; }
  bool chance(size_t one_in) { return below(one_in) == 0; }
  template <size_t N>
  std::string pick(const std::array<const char*, N>& from) {
    return from[below(N)];
  }

  std::string body(int depth) {
    std::string text;
    for (size_t i = 0; i < 1 + below(3); ++i) text += piece(depth);
    return text;
  }

  std::string left() { return chance(4) ? "{{- " : "{{"; }
  std::string right() { return chance(4) ? " -}}" : "}}"; }
  std::string action(const std::string& inside) { return left() + inside + right(); }

  std::string piece(int depth) {
    switch (depth > 0 ? below(13) : below(3)) {
      case 0:
        return pick(kTexts);
      case 1:
      case 2:
        return action(pipeline(2));
      case 3:
        return action("if " + pipeline(1)) + body(depth - 1) + action("end");
      case 4:
        return action("if " + pipeline(1)) + body(depth - 1) + action("else if " + pipeline(1)) +
               body(depth - 1) + action("else") + body(depth - 1) + action("end");
      case 5:
        return action("with " + pipeline(1)) + body(depth - 1) +
               (chance(2) ? action("else with " + pipeline(1)) : action("else")) + body(depth - 1) +
               action("end");
      case 6:
        return action("range " + iterable()) + loop_body(depth - 1) + action("end");
      case 7:
        return action("range $i, $e := " + iterable()) + "{{$i}}={{$e}} " + loop_body(depth - 1) +
               action("else") + body(depth - 1) + action("end");
      case 8:
        return action("$x := " + pipeline(1)) + action("$x") +
               (chance(2) ? action("$x = " + pipeline(1)) + "{{$x}}" : "");
      case 9:
        return left() + "/* note */" + right();
      case 10:
        return action("range $e := " + iterable()) + "{{$e}};" + loop_body(depth - 1) +
               action("end");
      case 11:
        return action("template \"part\" " + operand(1));
      default:
        return action("range $i, $x = " + iterable()) + "{{.}}" + action("end");
    }
  }

  std::string loop_body(int depth) {
    std::string text = body(depth);
    if (chance(3)) {
      text += action("if " + pipeline(1)) + action(chance(2) ? "break" : "continue") +
              action("end") + body(0);
    }
    return text;
  }

  std::string iterable() {
    constexpr std::array kIterables = {".list", ".map",  ".empty",  ".missing",       "4",
                                       ".text", ".ints", ".person", ".real",          ".words",
                                       ".int",  "0",     ".deep",   "(slice .list 1)"};
    return pick(kIterables);
  }

  std::string pipeline(int depth) {
    std::string text = expression(depth);
    while (chance(4)) text += " | " + function(0, true);
    return text;
  }

  std::string expression(int depth) {
    return depth > 0 && chance(2) ? function(depth - 1, false) : operand(depth);
  }

  std::string operand(int depth) {
    if (depth > 0 && chance(5)) return "(" + pipeline(depth - 1) + ")" + (chance(4) ? ".Name" : "");
    return chance(2) ? pick(kFields) : pick(kLiterals);
  }

  std::string function(int depth, bool piped) {
    static constexpr std::array kVariadic = {"and", "or",       "print", "println", "html",
                                             "js",  "urlquery", "index", "slice",   "eq"};
    static constexpr std::array kPairs = {"ne", "lt", "le", "gt", "ge"};
    const std::string space = " ";
    switch (below(7)) {
      case 0:
        return pick(kPairs) + space + operand(depth) + (piped ? "" : space + operand(depth));
      case 1:
        return "printf " + pick(kFormats) + space + operand(depth) +
               (chance(2) ? space + operand(depth) : "");
      case 2:
        return "json" + (piped ? "" : space + operand(depth));
      case 3:
        return (chance(2) ? "len" : "not") + (piped ? "" : space + operand(depth));
      case 4:
        return chance(2) ? "index .list " + pick(kLiterals) : "slice .text " + pick(kLiterals);
      default: {
        std::string text = pick(kVariadic);
        for (size_t i = 0; i < below(4); ++i) text += space + operand(depth);
        return text;
      }
    }
  }

  std::string broken(std::string text) {
    for (size_t i = 0; i < 1 + below(3) && !text.empty(); ++i) {
      const size_t at = below(text.size());
      switch (below(3)) {
        case 0:
          text.erase(at, 1 + below(4));
          break;
        case 1:
          text.insert(at, pick(kScraps));
          break;
        default:
          text[at] = pick(kScraps)[0];
      }
    }
    return text;
  }

  static constexpr std::array kTexts = {
      "text ", "\n", " \n  line\n", "{ }", "é <b> & 'q'", "}} ", "tail\t\n", "a", "{{`raw {{`}}"};
  static constexpr std::array kFields = {".",
                                         ".text",
                                         ".int",
                                         ".real",
                                         ".yes",
                                         ".no",
                                         ".null",
                                         ".list",
                                         ".map",
                                         ".map.b",
                                         ".map.inner.c",
                                         ".missing",
                                         ".missing.x",
                                         ".person",
                                         ".person.Name",
                                         ".person.Home",
                                         ".person.Home.City",
                                         ".person.Extra",
                                         ".person.Extra.k",
                                         ".person.Nope",
                                         ".person.Tags",
                                         ".place",
                                         ".place.Note",
                                         ".words",
                                         ".ints",
                                         ".empty",
                                         ".nothing",
                                         ".blank",
                                         "$",
                                         "$.text",
                                         "$.list",
                                         "$.map.b",
                                         ".text.x",
                                         ".int.x",
                                         ".deep",
                                         "$x",
                                         "$e",
                                         "$i",
                                         ".odd",
                                         ".Name"};
  static constexpr std::array kLiterals = {"0",
                                           "1",
                                           "2",
                                           "-1",
                                           "1.5",
                                           "1e3",
                                           "0x1F",
                                           "0b101",
                                           "0o17",
                                           "017",
                                           "1_000",
                                           "1e6",
                                           "-0.0",
                                           "0x1p-2",
                                           "'a'",
                                           "'\\n'",
                                           "'é'",
                                           "\"s\"",
                                           "\"a\\tb\\u00e9\\x41\"",
                                           "`raw\\n`",
                                           "true",
                                           "false",
                                           "nil",
                                           "\"\"",
                                           "9223372036854775807",
                                           "9223372036854775808",
                                           "1e400",
                                           "\"<&>\"",
                                           "1e21",
                                           "123456789.5",
                                           "0.00001",
                                           "08",
                                           "''"};
  static constexpr std::array kFormats = {
      "\"%v\"",        "\"%s\"",          "\"%d\"",    "\"%q\"",    "\"%5d|\"", "\"%-6s|\"",
      "\"%05.2f\"",    "\"%x\"",          "\"%X\"",    "\"%t\"",    "\"%T\"",   "\"%e\"",
      "\"%g\"",        "\"%c\"",          "\"%U\"",    "\"%#v\"",   "\"%+v\"",  "\"%+d\"",
      "\"%%\"",        "\"%[2]v %[1]v\"", "\"%*d\"",   "\"%.2s\"",  "\"%z\"",   "\"%\"",
      "\"%!\"",        "\"%6.3v|\"",      "\"% x\"",   "\"%#x\"",   "\"%#q\"",  "\"%08b\"",
      "\"%o\"",        "\"%O\"",          "\"%v %v\"", "\"%[5]d\"", "\"%.3g\"", "\"%+q\"",
      "\"%-8q|\"",     "\"%08.3f\"",      "\"%+.1e\"", "\"% d\"",   "\"%G\"",   "\"%.*f\"",
      "\"%1000001d\"", "\"%.\""};
  static constexpr std::array kScraps = {
      "{{", "}}",  "|",    "(",    ")", "$", ".",       "\"",       "'",        "`", " ",
      "\n", "end", "else", ":=",   "=", ",", "@",       "\\",       "-",        "+", "{",
      "/*", "nil", "9x",   "\x01", "%", "é", "{{end}}", "{{else}}", "{{break}}"};

  std::mt19937 random_;
};

}  // namespace axllama::go_template
