// Chat templates for tokenizers that bring none: AXERA's text files.
#pragma once

#include <string>
#include <string_view>

namespace axllama {

// The Jinja template of a family by config.json's tokenizer_type ("Qwen3"), in the form that the
// family's models were trained with. Empty for an unknown type and for these known ones, whose
// conversations can't be put down rightly here:
// - SmolLM3: its system block holds a date and a long default text of the vendor's;
// - GLM5, GLM5VL, KimiK25, KimiK25VL, MiniMaxM2, MiniMaxM2VL: only their markers are known, and no
//   package for this chip exists;
// - Gemma4, Gemma4VL: not usable on a PCIe card;
// - InternVL3, InternVL3_5, FastVLM, SmolVLM2, MiniCPMV4, MiniCPMO4_5, MiniCPMV46, MiniCPMV46VL,
//   Gemma3VL, PaddleOCRVL, LocateAnything: made for images, which no engine takes yet;
// - Phi4, Phi4Mini, MossTranscribeDiarize: only their markers are known.
std::string family_template(std::string_view tokenizer_type);

// What a conversation through that template can have. None for a type without one.
struct FamilyAbilities {
  bool chat = false;
  bool tools = false;
  bool thinking = false;
  bool operator==(const FamilyAbilities&) const = default;
};
FamilyAbilities family_abilities(std::string_view tokenizer_type);

}  // namespace axllama
