#include "token/family_texts.h"

namespace axllama {

// What is said about tools is word for word what the models were trained with; llama.cpp knows the
// form of the calls by it.
const std::string_view kMiniCpm5Template = R"jinja(
{{- '<s>' -}}
{%- set first = messages[0] if messages else none -%}
{%- set has_system = first and first.role == 'system' -%}
{%- set system = first.content if has_system and first.content else '' -%}
{%- if tools -%}
  {{- '<|im_start|>system\n' -}}
  {%- if system -%}{{- system + '\n\n' -}}{%- endif -%}
  {{- '# Tools\n\nYou are provided with function signatures within <tools></tools> XML ' -}}
  {{- 'tags:\n<tools>' -}}
  {%- for tool in tools -%}{{- '\n' + (tool | tojson) -}}{%- endfor -%}
  {{- '\n</tools>\n\nTool usage guidelines:\n- You may call zero or more functions. If no ' -}}
  {{- 'function calls are needed, just answer normally and do not include any <function ... ' -}}
  {{- '</function>.\n- When calling a function, return an XML object within <function ... ' -}}
  {{- '</function> using:\n<function name="function-name"><param name="param-name">' -}}
  {{- 'param-value</param></function>\n- param-value may be multi-line. If it contains <, & ' -}}
  {{- 'or newline characters, wrap it in a CDATA block: <param name="param-name"><![CDATA[' -}}
  {{- '...multi-line value...]]></param><|im_end|>\n' -}}
{%- elif system -%}
  {{- '<|im_start|>system\n' + system + '<|im_end|>\n' -}}
{%- endif -%}
{%- set question = namespace(at=-1, thinks=none) -%}
{%- if enable_thinking is defined -%}{%- set question.thinks = enable_thinking -%}{%- endif -%}
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
    {%- if thought and loop.index0 > question.at -%}
      {{- '<think>\n' + (thought | trim) + '\n</think>\n\n' -}}
    {%- endif -%}
    {{- text -}}
    {%- for call in m.tool_calls or [] -%}
      {%- set f = call.function if call.function else call -%}
      {%- if text or not loop.first -%}{{- '\n' -}}{%- endif -%}
      {{- '<function name="' + f.name + '">' -}}
      {%- for name, value in f.arguments.items() -%}
        {{- '<param name="' + name + '">' -}}
        {%- if value is not string -%}
          {{- value | tojson -}}
        {%- elif '<' in value or '&' in value or '\n' in value -%}
          {{- '<![CDATA[' + value + ']]>' -}}
        {%- else -%}
          {{- value -}}
        {%- endif -%}
        {{- '</param>' -}}
      {%- endfor -%}
      {{- '</function>' -}}
    {%- endfor -%}
    {{- '<|im_end|>\n' -}}
  {%- elif not (loop.first and has_system) -%}
    {%- if m.role == 'user' and loop.index0 == question.at -%}
      {%- set bare = text | trim -%}
      {%- if bare.endswith('/no_think') -%}
        {%- set question.thinks = false -%}
        {%- set text = bare[:-9] | trim -%}
      {%- elif bare.endswith('/think') -%}
        {%- set question.thinks = true -%}
        {%- set text = bare[:-6] | trim -%}
      {%- endif -%}
    {%- endif -%}
    {{- '<|im_start|>' + m.role + '\n' + text + '<|im_end|>\n' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
  {{- '<|im_start|>assistant\n' -}}
  {%- if question.thinks is false -%}
    {{- '<think>\n\n</think>\n\n' -}}
  {%- elif question.thinks -%}
    {{- '<think>\n' -}}
  {%- endif -%}
{%- endif -%}
)jinja";

}  // namespace axllama
