#pragma once
// Rows about who was told what (ADR 0016). Contacts are named as the configuration names them: no address is here. See
// events.hpp.

#include <cstdint>
#include <handoff/sdk/codec.hpp>
#include <string>

namespace handoff::journal {

/// A contact was told on a channel of `count` credits with one cause; 0: the cause is gone.
struct AlertTold {
  static constexpr const char* kKind = "alert.told";
  static constexpr int kVersion = 1;
  std::string contact;
  std::string channel;
  std::string cause;
  std::int64_t count = 0;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("contact", self.contact);
    visit("channel", self.channel);
    visit("cause", self.cause);
    visit("count", self.count);
  }
};

/// A channel took a message (`error` empty), or the reason why it did not.
struct AlertChannelSeen {
  static constexpr const char* kKind = "alert.channel_seen";
  static constexpr int kVersion = 1;
  std::string channel;
  std::string error;

  template <class Self, class Visit>
  static void fields(Self& self, Visit& visit) {
    visit("channel", self.channel);
    visit("error", self.error);
  }
};

}  // namespace handoff::journal
