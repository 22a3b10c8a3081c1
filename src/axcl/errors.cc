#include "axcl/errors.h"

#include <array>
#include <cstdio>

namespace axllama::axcl {
namespace {

struct Row {
  Code code;
  ErrorCode kind;
  const char* text;
  const char* hint;
};

constexpr const char* kReboot =
    "reboot the card with `axcl-smi reboot`; when it stays away, power the machine off and on";
constexpr const char* kModule =
    "the kernel module axcl_host is not loaded: see `dkms status`, reinstall axclhost after a "
    "kernel upgrade, and check that the card is seated and its power supply suffices";
constexpr const char* kPcie =
    "no card answers: on a Raspberry Pi 5 set dtparam=pciex1 and "
    "dtoverlay=pciex1-compat-pi5,no-mip "
    "in /boot/firmware/config.txt, and check the power supply";
constexpr const char* kFreeMemory =
    "unload other models, or stop other programs that use the card; what killed programs held "
    "comes "
    "back with `axcl-smi reboot`";

// Of spec 1.4 and 5.3: those that a host program meets, each with its own words.
constexpr std::array kRows = {
    Row{code(Sub::kDevice, Err::kOpen), ErrorCode::kUnavailable, "the card's driver is not there",
        kModule},
    Row{code(Sub::kDevice, Err::kNoConnect), ErrorCode::kUnavailable, "no card is connected",
        kPcie},
    Row{code(Sub::kDevice, Err::kInvalidId), ErrorCode::kNotFound, "there is no such card",
        "`axcl-smi` lists the cards"},
    Row{code(Sub::kDevice, Err::kNoActiveDevice), ErrorCode::kInternal, "no card is selected", ""},
    Row{code(Sub::kDevice, Err::kNotActive), ErrorCode::kUnavailable, "the card is not active",
        kReboot},
    Row{code(Sub::kDevice, Err::kQuery), ErrorCode::kUnavailable, "the card does not answer",
        kReboot},
    Row{code(Sub::kDevice, Err::kPortAllocate), ErrorCode::kUnavailable,
        "no connection to the card could be made", kReboot},
    Row{code(Sub::kDevice, Err::kReboot), ErrorCode::kUnavailable, "the card could not be rebooted",
        "power the machine off and on"},
    Row{code(Sub::kContext, Err::kNoBindContext), ErrorCode::kInternal,
        "this thread has no context on the card", ""},
    Row{code(Sub::kMemory, Err::kNoMemory), ErrorCode::kNoMemory, "out of card memory",
        kFreeMemory},
    Row{code(Sub::kMemory, Err::kNotDeviceMemory), ErrorCode::kInternal, "not memory of the card",
        ""},
    Row{code(Sub::kEngine, Err::kNoMemory), ErrorCode::kNoMemory, "out of card memory",
        kFreeMemory},
    Row{code(Sub::kEngine, Err::kTimeout), ErrorCode::kTimeout, "the NPU did not finish in time",
        kReboot},
    Row{code(Sub::kEngine, Err::kExecuteFail), ErrorCode::kInternal, "the NPU failed to do it",
        "the card may be out of memory; if not, reboot it with `axcl-smi reboot`"},
    Row{code(Sub::kTask, Err::kExecuteFail), ErrorCode::kUnavailable, "the card does not answer",
        kReboot},
    Row{code(Sub::kEngine, Err::kDecode), ErrorCode::kCorrupt, "the card could not read the model",
        "the file may be damaged, or made for another driver version; a card that an earlier "
        "program left in disorder needs `axcl-smi reboot`"},
};

// The words for a code that has no row of its own.
const char* general_text(uint32_t error) {
  switch (static_cast<Err>(error)) {
    case Err::kFail:
      return "it failed";
    case Err::kNullPointer:
      return "a null pointer";
    case Err::kIllegalParam:
      return "a parameter it does not allow";
    case Err::kUnsupport:
      return "this driver does not support it";
    case Err::kTimeout:
      return "the card did not answer in time";
    case Err::kBusy:
      return "the card is busy";
    case Err::kNoMemory:
      return "out of memory";
    case Err::kEncode:
      return "the request could not be encoded";
    case Err::kDecode:
      return "the answer could not be decoded";
    case Err::kUnexpectResponse:
      return "the card gave an answer nobody asked for";
    case Err::kOpen:
      return "it could not be opened";
    case Err::kExecuteFail:
      return "it failed on the card";
    default:
      return "unknown error";
  }
}

ErrorCode general_kind(uint32_t error) {
  switch (static_cast<Err>(error)) {
    case Err::kUnsupport:
      return ErrorCode::kUnsupported;
    case Err::kTimeout:
      return ErrorCode::kTimeout;
    case Err::kNoMemory:
      return ErrorCode::kNoMemory;
    case Err::kBusy:
      return ErrorCode::kBusy;
    default:
      return ErrorCode::kInternal;
  }
}

const Row* row_of(Code code) {
  for (const Row& row : kRows) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

uint32_t error_part(Code code) {
  return static_cast<uint32_t>(code) & 0xFF;
}

}  // namespace

std::string describe(Code code) {
  std::array<char, 16> number{};
  std::snprintf(number.data(), number.size(), "0x%08x", static_cast<uint32_t>(code));
  const Row* row = row_of(code);
  const char* text = row != nullptr ? row->text : general_text(error_part(code));
  return std::string(text) + " (" + number.data() + ")";
}

Error error_of(std::string_view what, Code code) {
  const Row* row = row_of(code);
  return {row != nullptr ? row->kind : general_kind(error_part(code)),
          std::string(what) + ": " + describe(code), row != nullptr ? row->hint : ""};
}

Result<void> check(Code code, std::string_view what) {
  if (code == 0) return {};
  return std::unexpected(error_of(what, code));
}

}  // namespace axllama::axcl
