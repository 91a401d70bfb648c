#include "core/model/sheet_rules.hpp"

#include <algorithm>
#include <array>

namespace handoff {

namespace {

struct Fits {
  std::string_view operation;
  std::array<std::string_view, 5> echoes;
};
constexpr std::array<Fits, 8> kFits = {{{"issue", {"amount", "code", "reference", "customer"}},
                                        {"link", {"code", "reference", "customer", "instrument"}},
                                        {"record", {"amount", "reference", "customer"}},
                                        {"mirror", {"reference", "customer", "version"}},
                                        {"void", {"code", "reference", "instrument"}},
                                        {"freeze", {"code", "reference", "instrument"}},
                                        {"unfreeze", {"amount", "code", "reference", "instrument"}},
                                        {"reverse", {"amount", "code", "reference", "customer", "instrument"}}}};

bool lists(const std::vector<std::string>& all, std::string_view one) {
  return std::ranges::find(all, one) != all.end();
}

/// By what proves a void value is issued anew: nothing that a live or a frozen instrument shows may be the end of it.
void ends(const Manifest& manifest, std::vector<std::string>& out) {
  const OperationSheet* removal = manifest.operation("void");
  const OperationSheet* freeze = manifest.operation("freeze");
  if (removal == nullptr) return;
  for (const std::string& state : removal->void_terminal_states) {
    const std::string has = "void: void_terminal_states has " + state + ", ";
    if (state == "active" || state == "pending" || state == "unknown")
      out.push_back(has + "which is not the end of an instrument");
    else if (state == "inactive" && freeze != nullptr)
      out.push_back(has + "which a frozen instrument is, too: value that comes back would be issued twice");
    else if (freeze != nullptr && std::ranges::any_of(freeze->calls, [&](const CallSheet& call) {
               return lists(call.applied_states, state);
             }))
      out.push_back(has + "and so have the applied_states of freeze: a freeze would prove the end");
  }
}

}  // namespace

bool echo_fits(std::string_view operation, std::string_view echo) {
  const auto* found = std::ranges::find(kFits, operation, &Fits::operation);
  return found == kFits.end() || std::ranges::find(found->echoes, echo) != found->echoes.end();
}

std::vector<std::string> untenable(const Manifest& manifest) {
  std::vector<std::string> out;
  ends(manifest, out);
  for (const auto& [name, operation] : manifest.operations)
    for (const CallSheet& call : operation.calls)
      for (const std::string& echo : call.echoes)
        if (!echo_fits(name, echo))
          out.push_back(name + "." + call.label + ": echoes has " + echo + ", which the input of " + name +
                        " does not hold: no answer could ever be believed");
  return out;
}

}  // namespace handoff
