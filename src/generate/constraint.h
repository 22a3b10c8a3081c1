// A grammar at work: which tokens may come next.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "generate/candidates.h"
#include "generate/sampler.h"
#include "generate/trigger.h"

struct llama_sampler;

namespace axllama {

class Constraint {
 public:
  // An empty grammar allows everything. kInvalidArgument when it can't be parsed or
  // does not match the text that already stands.
  static Result<Constraint> create(const Vocabulary& vocabulary, const Grammar& grammar);

  // Whether this token may come next. End tokens may where the grammar is complete.
  bool allows(Token token) const;
  // Removes the candidates that may not come next.
  void filter(std::vector<Candidate>& candidates) const;
  // The token was drawn. When the text that wakes a sleeping grammar breaks it, the grammar is
  // given up: the answer goes on unbound.
  void accept(Token token);

 private:
  struct Free {
    void operator()(llama_sampler* sampler) const;
  };

  explicit Constraint(const Vocabulary& vocabulary) : vocabulary_(&vocabulary) {}
  Result<void> read(const std::string& already);
  bool asleep() const { return trigger_ && !trigger_->awake(); }

  const Vocabulary* vocabulary_;
  std::unique_ptr<llama_sampler, Free> grammar_;  // null: everything is allowed
  std::optional<Trigger> trigger_;                // set: the grammar began asleep
};

}  // namespace axllama
