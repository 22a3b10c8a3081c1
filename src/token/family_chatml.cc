#include "token/family_texts.h"

namespace axllama {

// What is said about tools is word for word what Qwen's models were trained with.
const std::string_view kQwenTemplate = R"jinja(
{%- set first = messages[0] if messages else none -%}
{%- set has_system = first and first.role == 'system' -%}
{%- set system = (first.content if first.content else '') if has_system else default_system -%}
{%- if tools -%}
  {{- '<|im_start|>system\n' -}}
  {%- if system -%}{{- system + '\n\n' -}}{%- endif -%}
  {{- '# Tools\n\nYou may call one or more functions to assist with the user query.\n\n' -}}
  {{- 'You are provided with function signatures within <tools></tools> XML tags:\n<tools>' -}}
  {%- for tool in tools -%}{{- '\n' + (tool | tojson) -}}{%- endfor -%}
  {{- '\n</tools>\n\nFor each function call, return a json object with function name and ' -}}
  {{- 'arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n' -}}
  {{- '{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call><|im_end|>\n' -}}
{%- elif system -%}
  {{- '<|im_start|>system\n' + system + '<|im_end|>\n' -}}
{%- endif -%}
{%- set question = namespace(at=-1) -%}
{%- for m in messages -%}
  {%- if m.role == 'user' -%}{%- set question.at = loop.index0 -%}{%- endif -%}
{%- endfor -%}
{%- for m in messages -%}
  {%- set text = m.content if m.content else '' -%}
  {%- if m.role == 'tool' -%}
    {%- if loop.first or messages[loop.index0 - 1].role != 'tool' -%}
      {{- '<|im_start|>user' -}}
    {%- endif -%}
    {{- '\n<tool_response>\n' + text + '\n</tool_response>' -}}
    {%- if loop.last or messages[loop.index0 + 1].role != 'tool' -%}
      {{- '<|im_end|>\n' -}}
    {%- endif -%}
  {%- elif m.role == 'assistant' -%}
    {%- set thought = m.reasoning_content if m.reasoning_content else '' -%}
    {%- if '</think>' in text -%}
      {%- if not thought -%}
        {%- set thought = text.split('</think>')[0].split('<think>')[-1] -%}
      {%- endif -%}
      {%- set text = text.split('</think>')[-1] | trim -%}
    {%- endif -%}
    {{- '<|im_start|>assistant\n' -}}
    {%- if thinks and loop.index0 > question.at and (thought or loop.last) -%}
      {{- '<think>\n' + (thought | trim) + '\n</think>\n\n' -}}
    {%- endif -%}
    {{- text -}}
    {%- for call in m.tool_calls or [] -%}
      {%- set f = call.function if call.function else call -%}
      {%- if text or not loop.first -%}{{- '\n' -}}{%- endif -%}
      {{- '<tool_call>\n{"name": "' + f.name + '", "arguments": ' -}}
      {{- f.arguments if f.arguments is string else f.arguments | tojson -}}
      {{- '}\n</tool_call>' -}}
    {%- endfor -%}
    {{- '<|im_end|>\n' -}}
  {%- elif not (loop.first and has_system) -%}
    {{- '<|im_start|>' + m.role + '\n' + text + '<|im_end|>\n' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|im_start|>assistant\n' -}}
  {%- if thinks and enable_thinking is defined and enable_thinking is false -%}
    {{- '<think>\n\n</think>\n\n' -}}
  {%- endif -%}
{%- endif -%}
)jinja";

const std::string_view kChatMlTemplate = R"jinja(
{{- begin -}}
{%- if not messages or messages[0].role != 'system' -%}
  {{- '<|im_start|>system\n' + default_system + '<|im_end|>\n' -}}
{%- endif -%}
{%- for m in messages -%}
  {%- set text = m.content if m.content else '' -%}
  {%- if m.role == 'assistant' and '</think>' in text -%}
    {%- set text = text.split('</think>')[-1] | trim -%}
  {%- endif -%}
  {{- '<|im_start|>' + m.role + '\n' + text + '<|im_end|>\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}
)jinja";

}  // namespace axllama
