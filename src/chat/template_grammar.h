// The grammar that a rendered template asks for.
#pragma once

#include <string>

#include "base/result.h"
#include "generate/sampler.h"
#include "token/vocabulary.h"

struct common_chat_params;

namespace axllama {

// llama.cpp's own grammar for tool calls or a format.
Grammar grammar_of(const common_chat_params& params, const Vocabulary& vocabulary);

// llama.cpp lets any text stand before a call that is demanded. A model that would rather talk
// never came to its call then, so that text is taken out of the grammar, where it is a part of its
// own.
std::string without_preface(std::string gbnf);

// Takes the choice of several calls out of a grammar that offers it beside a single one, as
// llama.cpp writes it for calls in tags whether several are wanted or not.
std::string with_one_call(std::string gbnf);

// For templates that llama.cpp makes no grammar of a format for: the schema's grammar, from the end
// of the thinking on where the answer may begin with thinking.
Grammar plain_format_grammar(const common_chat_params& params, std::string gbnf, bool thinks);

}  // namespace axllama
