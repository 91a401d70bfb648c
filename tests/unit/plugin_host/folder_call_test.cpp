// Calls on folders, and rests: what the host takes from a connector and what it blames, in this process and over the
// wire.

#include <gtest/gtest.h>

#include <optional>

#include "core/plugin_host/sink.hpp"
#include "core/plugin_host/wire.hpp"

namespace handoff::plugin_host {
namespace {

handoff_file_request file(handoff_file_action action, std::string_view path) {
  handoff_file_request out = {};
  out.struct_size = sizeof out;
  out.action = action;
  out.path = view(path);
  return out;
}

template <class Request>
handoff_call call_for(std::uint32_t kind, const Request& request, std::uint32_t retry) {
  handoff_call out = {};
  out.struct_size = sizeof out;
  out.kind = kind;
  out.retry_class = retry;
  out.label = view("call");
  out.request = &request;
  return out;
}

/// What the host makes of it, the same on both ways.
template <class Request>
Step step_of(std::uint32_t kind, const Request& request, std::uint32_t retry = HANDOFF_RETRY_SAFE) {
  handoff_call asked = call_for(kind, request, retry);
  Step inside, apart;
  Sink sink(inside);
  sink.raw()->call(sink.raw(), &asked);
  wire::Recorder recorder;
  recorder.raw()->call(recorder.raw(), &asked);
  std::string frame = std::move(recorder).frame(wire::Kind::said);
  Sink other(apart);
  EXPECT_TRUE(wire::replay(std::string_view(frame).substr(4), other.raw()));
  EXPECT_EQ(inside.misbehaviour, apart.misbehaviour);
  EXPECT_EQ(inside.asked.size(), apart.asked.size());
  for (std::size_t i = 0; i < inside.asked.size(); ++i) EXPECT_EQ(inside.asked[i].digest, apart.asked[i].digest);
  return inside;
}

std::string blamed(const handoff_file_request& request, std::uint32_t retry = HANDOFF_RETRY_SAFE) {
  return step_of(HANDOFF_CALL_FILE, request, retry).misbehaviour;
}

TEST(FolderCall, HasTheFormOfARequest) {
  handoff_file_request read = file(HANDOFF_FILE_READ, "in/a.csv");
  read.offset = 7;
  read.length = 1u << 20;
  Step step = step_of(HANDOFF_CALL_FILE, read);
  ASSERT_EQ(step.misbehaviour, "");
  EXPECT_EQ(step.asked[0].http.method + " " + step.asked[0].http.target, "READ /in/a.csv");
  EXPECT_EQ(step.asked[0].http.headers, (HttpHeaders{{"offset", "7"}, {"length", "1048576"}}));
  handoff_file_request list = file(HANDOFF_FILE_LIST, "in");
  EXPECT_EQ(step_of(HANDOFF_CALL_FILE, list).asked[0].http.headers, HttpHeaders());
  list.offset = 1000;
  EXPECT_EQ(step_of(HANDOFF_CALL_FILE, list).asked[0].http.headers, (HttpHeaders{{"offset", "1000"}}));
  handoff_file_request write = file(HANDOFF_FILE_WRITE, "out/a.json");
  write.content = view("text");
  step = step_of(HANDOFF_CALL_FILE, write, HANDOFF_RETRY_UNSAFE);
  ASSERT_EQ(step.misbehaviour, "");
  EXPECT_EQ(step.asked[0].http.body, "text");
  handoff_file_request move = file(HANDOFF_FILE_MOVE, "claimed/a.csv");
  move.to = view("archive/a.csv");
  EXPECT_EQ(step_of(HANDOFF_CALL_FILE, move).asked[0].http.headers, (HttpHeaders{{"to", "/archive/a.csv"}}));
}

TEST(FolderCall, DiffersFromAnotherInAnyPartOfIt) {
  handoff_file_request one = file(HANDOFF_FILE_READ, "a");
  one.length = 8;
  handoff_file_request other = one;
  other.offset = 8;
  EXPECT_NE(step_of(HANDOFF_CALL_FILE, one).asked[0].digest, step_of(HANDOFF_CALL_FILE, other).asked[0].digest);
}

TEST(FolderCall, MayNotLeadOutOfTheFolder) {
  EXPECT_EQ(blamed(file(HANDOFF_FILE_LIST, "")), "");
  EXPECT_EQ(blamed(file(HANDOFF_FILE_LIST, "../x")), "'call': a part of the path begins with '.'");
  EXPECT_EQ(blamed(file(HANDOFF_FILE_CLAIM, "/etc/passwd")),
            "'call': the path begins or ends with '/', or has two of them");
  handoff_file_request move = file(HANDOFF_FILE_MOVE, "claimed/a");
  move.to = view("a/../../b");
  EXPECT_EQ(blamed(move), "'call': a part of the path begins with '.'");
  handoff_file_request of_others = file(HANDOFF_FILE_MOVE, "in/a");
  of_others.to = view("archive/a");
  EXPECT_EQ(blamed(of_others), "'call': only what was claimed is moved");
}

TEST(FolderCall, IsSafeUnlessItWrites) {
  EXPECT_EQ(blamed(file(HANDOFF_FILE_WRITE, "a"), HANDOFF_RETRY_SAFE), "'call': a WRITE is not safe");
  EXPECT_EQ(blamed(file(HANDOFF_FILE_CLAIM, "a"), HANDOFF_RETRY_IDEMPOTENT),
            "'call': a CLAIM is safe, and asked for as something else");
}

TEST(FolderCall, OfAKindOrSizeThatIsNotKnownIsBlamed) {
  handoff_file_request read = file(HANDOFF_FILE_READ, "a");
  EXPECT_EQ(blamed(read), "'call': a read is of 1 byte to 1 MiB");
  read.length = (1u << 20) + 1;
  EXPECT_EQ(blamed(read), "'call': a read is of 1 byte to 1 MiB");
  EXPECT_EQ(blamed(file(static_cast<handoff_file_action>(6), "a")),
            "'call' asks a folder for what this handoff does not know: 6");
  handoff_file_request cut = file(HANDOFF_FILE_LIST, "a");
  cut.struct_size = 8;
  EXPECT_EQ(blamed(cut), "the request of 'call' is missing or cut short");
}

TEST(RestCall, IsSafeAndOfAtMostFiveMinutes) {
  handoff_sleep_request sleep = {};
  sleep.struct_size = sizeof sleep;
  sleep.milliseconds = 300'000;
  Step step = step_of(HANDOFF_CALL_SLEEP, sleep);
  EXPECT_EQ(step.misbehaviour, "");
  EXPECT_EQ(step.asked.at(0).sleep_ms, 300'000);
  EXPECT_NE(step_of(HANDOFF_CALL_SLEEP, sleep, HANDOFF_RETRY_UNSAFE).misbehaviour, "");
  sleep.milliseconds = 300'001;
  EXPECT_EQ(step_of(HANDOFF_CALL_SLEEP, sleep).misbehaviour, "'call': a sleep is safe, and of at most five minutes");
  sleep.struct_size = 4;
  EXPECT_EQ(step_of(HANDOFF_CALL_SLEEP, sleep).misbehaviour, "the request of 'call' is missing or cut short");
}

TEST(MacCall, IsSafeAndOfAKindThatIsKnown) {
  handoff_mac_request mac = {};
  mac.struct_size = sizeof mac;
  mac.algorithm = HANDOFF_MAC_HMAC_SHA256;
  mac.encoding = HANDOFF_ENCODING_BASE64;
  mac.secret = view("key");
  mac.message = view("text");
  Step step = step_of(HANDOFF_CALL_MAC, mac);
  EXPECT_EQ(step.misbehaviour, "");
  EXPECT_EQ(step.asked.at(0).mac.secret, "key");
  EXPECT_EQ(step.asked.at(0).mac.message, "text");
  EXPECT_EQ(step_of(HANDOFF_CALL_MAC, mac, HANDOFF_RETRY_UNSAFE).misbehaviour,
            "'call': a MAC is safe, and asked for as something else");
  handoff_mac_request other = mac;
  other.message = view("other");
  EXPECT_NE(step_of(HANDOFF_CALL_MAC, other).asked.at(0).digest, step.asked.at(0).digest);
  other.algorithm = 9;
  EXPECT_EQ(step_of(HANDOFF_CALL_MAC, other).misbehaviour, "'call' asks for a MAC that this handoff does not know: 9");
  mac.encoding = 7;
  EXPECT_EQ(step_of(HANDOFF_CALL_MAC, mac).misbehaviour,
            "'call' asks for an encoding that this handoff does not know: 7");
  mac.struct_size = 8;
  EXPECT_EQ(step_of(HANDOFF_CALL_MAC, mac).misbehaviour, "the request of 'call' is missing or cut short");
}

}  // namespace
}  // namespace handoff::plugin_host
