#pragma once
// Rows about what sources bring by themselves: notifications and pages that were pulled. See events.hpp.

#include <handoff/sdk/codec.hpp>
#include <string>

namespace handoff::journal {

/// N4: to be fetched, not believed.
struct HintReceived {
  static constexpr const char* kKind = "hint.received";
  static constexpr int kVersion = 1;
  std::int64_t hint = 0;
  std::string connector;
  std::string id;
  std::string type;
  std::string object;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("hint", self.hint);
    visit("connector", self.connector);
    visit("id", self.id);
    visit("type", self.type);
    visit("object", self.object);
  }
};

struct HintMoved {
  static constexpr const char* kKind = "hint.moved";
  static constexpr int kVersion = 1;
  std::int64_t hint = 0;
  std::string state;
  std::string reason;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("hint", self.hint);
    visit("state", self.state);
    visit("reason", self.reason);
  }
};

/// D11: with the records of its page, in one commit.
struct CursorMoved {
  static constexpr const char* kKind = "cursor.moved";
  static constexpr int kVersion = 1;
  std::string connector;
  std::string value;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("connector", self.connector);
    visit("value", self.value);
  }
};

}  // namespace handoff::journal
