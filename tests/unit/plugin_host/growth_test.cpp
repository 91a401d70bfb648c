// A contract that grows: structs of connectors that are older or newer than this handoff, and its numbers.

#include "core/plugin_host/growth.hpp"

#include <gtest/gtest.h>

#include "abi_layout.h"
#include "core/plugin_host/sink.hpp"
#include "core/plugin_host/wire.hpp"

namespace handoff::plugin_host {

/// A struct of 1.0 that got a field in a later minor, as this handoff has it.
struct Grown {
  std::uint32_t struct_size;
  std::uint32_t kind;
  std::uint64_t later;
};
template <>
inline constexpr std::size_t kSizeIn1_0<Grown> = offsetof(Grown, kind) + sizeof(Grown::kind);

namespace {

TEST(AGrownStruct, IsZeroWhereTheConnectorsOwnContractEnds) {
  Grown passed = {8, 7, 0xFFFF};
  std::optional<Grown> out = taken<Grown>(&passed);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->kind, 7u);
  EXPECT_EQ(out->later, 0u);
}

TEST(AGrownStruct, IsReadWholeWhereTheConnectorKnowsAsMuch) {
  Grown passed = {sizeof(Grown), 7, 0xFFFF};
  EXPECT_EQ(taken<Grown>(&passed)->later, 0xFFFFu);
}

TEST(AGrownStruct, IsReadAsFarAsItIsKnownWhereTheConnectorIsNewer) {
  struct {
    Grown known;
    std::uint64_t newer;
  } passed = {{sizeof passed, 7, 0xFFFF}, 1};
  EXPECT_EQ(taken<Grown>(&passed)->later, 0xFFFFu);
}

TEST(AGrownStruct, IsCutShortBelowItsFirstSize) {
  Grown passed = {7, 7, 0xFFFF};
  EXPECT_FALSE(taken<Grown>(&passed));
  EXPECT_FALSE(taken<Grown>(nullptr));
}

TEST(AGrownStruct, TellsWhatItCovers) {
  Grown passed = {8, 7, 0};
  EXPECT_TRUE(HANDOFF_COVERS(&passed, Grown, kind));
  EXPECT_FALSE(HANDOFF_COVERS(&passed, Grown, later));
}

/// A call of a connector of a later minor: its structs are longer.
TEST(ANewerConnector, IsHeardAsFarAsThisContractGoes) {
  struct {
    handoff_http_request request;
    std::uint64_t newer[4];
  } http = {{sizeof http, 0, view("GET"), view("/a"), nullptr, 0, {}}, {1, 2, 3, 4}};
  struct {
    handoff_call call;
    std::uint64_t newer[4];
  } made = {{sizeof made, HANDOFF_CALL_HTTP, HANDOFF_RETRY_SAFE, 0, view("look"), &http}, {1, 2, 3, 4}};
  Step step;
  Sink sink(step);
  sink.raw()->call(sink.raw(), &made.call);
  EXPECT_EQ(step.misbehaviour, "");
  EXPECT_EQ(step.asked.at(0).http.target, "/a");
}

TEST(ANewerConnector, IsBlamedForACallOfAKindThatIsNotKnownHere) {
  handoff_call made = {sizeof made, 6, HANDOFF_RETRY_SAFE, 0, view("look"), nullptr};
  Step step;
  Sink sink(step);
  sink.raw()->call(sink.raw(), &made);
  EXPECT_EQ(step.misbehaviour, "'look' is a kind of call this handoff does not know: 6");
}

handoff_plugin header() {
  static const handoff_operation none = {sizeof(handoff_operation), 0, {}, nullptr};
  handoff_plugin out = {
      HANDOFF_ABI_MAGIC, sizeof(handoff_plugin), HANDOFF_ABI_MAJOR, HANDOFF_ABI_MINOR, 0, 1, &none, nullptr, nullptr};
  out.create = [](const handoff_settings*, handoff_sink*) -> handoff_instance* { return nullptr; };
  out.destroy = [](handoff_instance*) {};
  return out;
}

TEST(Negotiation, TakesWhatWasBuiltWithNewerHeadersAndNeedsNothingOfThem) {
  handoff_plugin newer = header();
  newer.abi_minor = HANDOFF_ABI_MINOR + 5;
  newer.struct_size += 16;
  EXPECT_EQ(negotiate(newer, "a.so"), "");
}

TEST(Negotiation, TakesTheFirstMinorForEver) {
  handoff_plugin oldest = header();
  oldest.abi_minor = 0;
  oldest.struct_size = kSizeIn1_0<handoff_plugin>;
  EXPECT_EQ(negotiate(oldest, "a.so"), "");
}

TEST(Negotiation, RefusesTheContractOfBeforeTheFreeze) {
  handoff_plugin draft = header();
  draft.abi_major = 0;
  draft.abi_minor = 3;
  EXPECT_EQ(negotiate(draft, "a.so"), "a.so: the connector speaks ABI 0.3, this handoff speaks " +
                                          std::to_string(HANDOFF_ABI_MAJOR) + "." + std::to_string(HANDOFF_ABI_MINOR) +
                                          "; rebuild the connector with this handoff's SDK");
}

}  // namespace
}  // namespace handoff::plugin_host
