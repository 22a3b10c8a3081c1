// How an answer goes onto the wire. One for each API; made for one request.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "core/event.h"
#include "http/message.h"

namespace axllama::serve {

class Dialect {
 public:
  virtual ~Dialect() = default;
  // Content type of a streamed answer.
  virtual const char* stream_type() const = 0;
  // An event of a streamed answer; may be empty.
  virtual std::string line(const Event& event) = 0;
  // An event of an answer that is sent whole.
  virtual void gather(const Event& event) = 0;
  // The gathered answer, after Done.
  virtual std::string whole() = 0;
  // The time until the model was ready.
  virtual void set_load_time(Nanoseconds time) = 0;
  // A whole answer that tells of a failure.
  virtual HttpResponse error(const Error& error) const = 0;
};

// What the server's side is to blame for is told with its remedy, the hint: it is for whoever reads
// the message. What clients do wrong is told in Ollama's own words.
Error with_remedy(Error error);
// An error with the status of its code, in Ollama's form {"error":"..."} and in OpenAI's
// {"error":{...}}.
HttpResponse ollama_error(const Error& error);
HttpResponse openai_error(const Error& error);
// The same in Anthropic's form, with a request id in body and header.
HttpResponse anthropic_error(const Error& error);
HttpResponse json_response(std::string body, int status = 200);

}  // namespace axllama::serve
