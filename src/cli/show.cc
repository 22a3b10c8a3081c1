#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/commands.h"
#include "cli/models.h"
#include "cli/show_text.h"

namespace axllama::cli {

Result<int> show_command(Args args) {
  struct Part {
    const char* flag;
    std::string ShownModel::* text;
    const char* help;
    bool wanted = false;
  };
  std::array parts = {
      Part{"--license", &ShownModel::license, "print its license"},
      Part{"--modelfile", &ShownModel::modelfile, "print its Modelfile"},
      Part{"--parameters", &ShownModel::parameters, "print its parameters"},
      Part{"--template", &ShownModel::go_template, "print its prompt template"},
      Part{"--system", &ShownModel::system, "print its system message"},
  };
  std::string name;
  bool verbose = false;
  Arguments arguments("show", "Show what a model is.");
  arguments.word("MODEL", name, "its name");
  for (Part& part : parts) arguments.flag(part.flag, part.wanted, part.help);
  arguments.flag("-v,--verbose", verbose, "show metadata and tensors too");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  if (std::ranges::count(parts, true, &Part::wanted) > 1) {
    return fail(ErrorCode::kInvalidArgument,
                "only one of '--license', '--modelfile', '--parameters', '--system', or "
                "'--template' can be specified");
  }
  const Api api = Api::from_env();
  const Result<ShownModel> model = show_model(api, name, verbose);
  if (!model) return with_nearest(api, name, model.error());
  const auto part = std::ranges::find(parts, true, &Part::wanted);
  const std::string text =
      part == parts.end() ? show_text(*model, verbose) : (*model).*(part->text) + "\n";
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace axllama::cli
