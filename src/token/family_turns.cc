#include "token/family_texts.h"

namespace axllama {

// There is no system turn: what it says stands before the next question.
const std::string_view kGemma3Template = R"jinja(
{{- '<bos>' -}}
{%- set waiting = namespace(system='') -%}
{%- for m in messages -%}
  {%- set text = (m.content if m.content else '') | trim -%}
  {%- if m.role == 'system' -%}
    {%- set waiting.system = waiting.system + text + '\n\n' -%}
  {%- elif m.role == 'user' -%}
    {{- '<start_of_turn>user\n' + waiting.system + text + '<end_of_turn>\n' -}}
    {%- set waiting.system = '' -%}
  {%- elif m.role == 'assistant' -%}
    {{- '<start_of_turn>model\n' + (text.split('</think>')[-1] | trim) + '<end_of_turn>\n' -}}
  {%- else -%}
    {{- raise_exception('this model takes no messages of the role ' + m.role) -}}
  {%- endif -%}
{%- endfor -%}
{%- if waiting.system -%}
  {{- '<start_of_turn>user\n' + (waiting.system | trim) + '<end_of_turn>\n' -}}
{%- endif -%}
{%- if add_generation_prompt -%}{{- '<start_of_turn>model\n' -}}{%- endif -%}
)jinja";

// The bars are U+FF5C, the low lines U+2581.
const std::string_view kHunYuanTemplate = R"jinja(
{{- '<｜hy_begin▁of▁sentence｜>' -}}
{%- for m in messages -%}
  {%- set text = m.content if m.content else '' -%}
  {%- if m.role == 'system' -%}
    {{- text + '<｜hy_place▁holder▁no▁3｜>' -}}
  {%- elif m.role == 'user' -%}
    {{- '<｜hy_User｜>' + text -}}
  {%- elif m.role == 'assistant' -%}
    {%- if '</think>' in text -%}{%- set text = text.split('</think>')[-1] | trim -%}{%- endif -%}
    {{- '<｜hy_Assistant｜>' + text + '<｜hy_place▁holder▁no▁2｜>' -}}
  {%- else -%}
    {{- raise_exception('this model takes no messages of the role ' + m.role) -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<｜hy_Assistant｜>' -}}{%- endif -%}
)jinja";

}  // namespace axllama
