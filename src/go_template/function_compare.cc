// eq, ne, lt, le, gt and ge.
#include "go_template/format.h"
#include "go_template/functions.h"

namespace axllama::go_template {
namespace {

std::unexpected<Error> problem(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

constexpr const char* kBadType = "invalid type for comparison";

enum class Basic { kNone, kBool, kInteger, kUnsigned, kReal, kText };

Basic basic_kind(const Value& value) {
  if (value.boolean() != nullptr) return Basic::kBool;
  if (value.integer() != nullptr) return Basic::kInteger;
  if (value.byte() != nullptr) return Basic::kUnsigned;
  if (value.real() != nullptr) return Basic::kReal;
  return value.text() != nullptr ? Basic::kText : Basic::kNone;
}

bool is_integral(Basic kind) {
  return kind == Basic::kInteger || kind == Basic::kUnsigned;
}

int64_t integral(const Value& value) {
  return value.integer() != nullptr ? *value.integer() : *value.byte();
}

std::unexpected<Error> incompatible(const Value& a, const Value& b) {
  return problem("incompatible types for comparison: " + a.type() + " and " + b.type());
}

bool is_nil(const Value& value) {
  return value.is_nil() || (value.list() != nullptr && value.list()->nil) ||
         (value.map() != nullptr && value.map()->nil);
}

// Values of no basic kind: only nil, and the very same thing behind a pointer, can be equal.
Result<bool> equal_others(const Value& a, const Value& b) {
  const bool same_kind = (a.list() != nullptr) == (b.list() != nullptr) &&
                         (a.map() != nullptr) == (b.map() != nullptr) &&
                         (a.structure() != nullptr) == (b.structure() != nullptr);
  if (!a.is_nil() && !b.is_nil() && !same_kind) {
    const Value first[] = {a};
    return problem(printf("non-comparable types %s: ", first) + a.type() + ", " + b.type() + ": " +
                   show(b));
  }
  if (is_nil(a) || is_nil(b)) return is_nil(a) == is_nil(b);
  if (b.structure() == nullptr || !b.structure()->pointer) {
    const Value item[] = {b};
    return problem(printf("non-comparable type %s: ", item) + b.type());
  }
  return a.structure() == b.structure();
}

Result<bool> equal(const Value& a, const Value& b) {
  const Basic kind = basic_kind(a), other = basic_kind(b);
  if (is_integral(kind) && is_integral(other)) return integral(a) == integral(b);
  if (kind != other) {
    if (!a.is_nil() && !b.is_nil()) return incompatible(a, b);
    return false;
  }
  switch (kind) {
    case Basic::kBool:
      return *a.boolean() == *b.boolean();
    case Basic::kReal:
      return *a.real() == *b.real();
    case Basic::kText:
      return *a.text() == *b.text();
    default:
      return equal_others(a, b);
  }
}

Result<bool> less(const Value& a, const Value& b) {
  const Basic kind = basic_kind(a), other = basic_kind(b);
  if (kind == Basic::kNone || other == Basic::kNone) return problem(kBadType);
  if (is_integral(kind) && is_integral(other)) return integral(a) < integral(b);
  if (kind != other) return incompatible(a, b);
  if (kind == Basic::kReal) return *a.real() < *b.real();
  if (kind == Basic::kText) return *a.text() < *b.text();
  return problem(kBadType);
}

Result<bool> less_or_equal(const Value& a, const Value& b) {
  AX_TRY(const bool is_less, less(a, b));
  if (is_less) return true;
  return equal(a, b);
}

Result<Value> negated(Result<bool> result) {
  if (!result) return std::unexpected(std::move(result).error());
  return Value(!*result);
}

}  // namespace

Result<Value> call_eq(Arguments arguments) {
  if (arguments.size() < 2) return problem("missing argument for comparison");
  for (const Value& other : arguments.subspan(1)) {
    AX_TRY(const bool same, equal(arguments[0], other));
    if (same) return Value(true);
  }
  return Value(false);
}

Result<Value> call_ne(Arguments arguments) {
  return negated(equal(arguments[0], arguments[1]));
}

Result<Value> call_lt(Arguments arguments) {
  AX_TRY(const bool result, less(arguments[0], arguments[1]));
  return Value(result);
}

Result<Value> call_le(Arguments arguments) {
  AX_TRY(const bool result, less_or_equal(arguments[0], arguments[1]));
  return Value(result);
}

Result<Value> call_gt(Arguments arguments) {
  return negated(less_or_equal(arguments[0], arguments[1]));
}

Result<Value> call_ge(Arguments arguments) {
  return negated(less(arguments[0], arguments[1]));
}

}  // namespace axllama::go_template
