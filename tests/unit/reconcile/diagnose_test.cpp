// Repair or rebuild: which facts weigh what.

#include "core/reconcile/diagnose.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace handoff::reconcile {
namespace {

using report::Cause;
using report::Side;

report::Hop hop(Side from, Side to, std::int64_t lost, std::int64_t unlinked = -1) {
  report::Hop out;
  out.from = from;
  out.to = to;
  out.due = out.measured = 10'000;
  out.lost = lost;
  out.p99_s = 60;
  out.resolves_identity = unlinked >= 0;
  out.unlinked = std::max<std::int64_t>(0, unlinked);
  return out;
}

Facts facts(std::vector<report::Hop> hops) {
  Facts out;
  out.trend = "stable";
  out.hops = std::move(hops);
  return out;
}

/// A configuration of one route to one platform, whose `issue` has this in its call.
struct OnePlatform {
  explicit OnePlatform(const std::string& call, const std::string& more = "") {
    auto parsed = parse_manifest(
        R"({"id":"acme","title":"Acme","version":"1.0.0","vendor_api":"1","status":"experimental","roles":["platform"],
      "operations":{"read":{"revision":1,"by":["reference"]},"list":{"revision":1},)" +
        more + R"("issue":{"revision":1,"calls":{"create":{"sign":"adding","retry":"unsafe","source":"invented")" +
        call + "}}}}}");
    EXPECT_TRUE(parsed) << parsed.error();
    manifest = std::move(*parsed);
    config::Connector connector;
    connector.name = {"cards", {}};
    connector.role = config::Role::platform;
    connector.manifest = &manifest;
    settings.connectors["cards"] = std::move(connector);
    settings.retailer.authority = {"cards", {}};
    config::Route route;
    route.name = {"r", {}};
    config::Hop one;
    one.to = {"cards", {}};
    one.op = {"issue", {}};
    route.hops.push_back(std::move(one));
    settings.routes.push_back(std::move(route));
  }
  Manifest manifest;
  config::Settings settings;
};

TEST(Diagnose, WhereNothingIsLostThereIsNothingToDo) {
  Facts none = facts({hop(Side::pos, Side::platform, 0, 0), hop(Side::platform, Side::storefront, 0)});
  Diagnosis out = diagnose(&none, nullptr);
  EXPECT_EQ(out.verdict, Verdict::keep);
  EXPECT_TRUE(out.steps.empty());
  for (const HopVerdict& one : out.hops) EXPECT_EQ(one.points, 0) << one.name;
}

TEST(Diagnose, TheMoreIsLostTheHeavierItWeighs) {
  for (auto [lost, points] : {std::pair(1, 10), {9, 10}, {10, 25}, {99, 25}, {100, 40}, {5'000, 40}}) {
    Facts some = facts({hop(Side::platform, Side::erp, lost)});
    EXPECT_EQ(diagnose(&some, nullptr).hops[0].points, points) << lost;
  }
  Facts nobody = facts({hop(Side::pos, Side::platform, 0, 100)});
  EXPECT_EQ(diagnose(&nobody, nullptr).hops[0].verdict, Verdict::repair);
}

TEST(Diagnose, ACallThatNothingCanSettleIsRebuiltOnceItLoses) {
  OnePlatform hopeless("");
  Facts loses = facts({hop(Side::pos, Side::platform, 1)}), holds = facts({hop(Side::pos, Side::platform, 0)});
  Diagnosis out = diagnose(&loses, &hopeless.settings);
  EXPECT_EQ(out.hops[0].verdict, Verdict::rebuild);
  EXPECT_EQ(out.verdict, Verdict::rebuild);
  EXPECT_NE(out.why.find("holds the value"), std::string::npos);
  EXPECT_GT(out.hops[0].reasons[0].points, out.hops[0].reasons.back().points);

  OnePlatform keyed(
      R"(,"key_supported":true,"key_window_s":86400,"lookup_by":"reference","lookup_is_proof":true,"visibility_lag_s":1,"inflight_max_s":60)",
      R"("void":{"revision":1,"void_terminal_states":["void"]},"link":{"revision":1,"relinks":true},)");
  EXPECT_EQ(diagnose(&loses, &keyed.settings).verdict, Verdict::keep)
      << json::write(diagnosis_json(diagnose(&loses, &keyed.settings)));
  EXPECT_EQ(diagnose(&holds, &keyed.settings).hops[0].points, 0);
}

TEST(Diagnose, AnAuthorityThatCanPutNothingRightSaysSo) {
  OnePlatform bare(
      R"(,"key_supported":true,"key_window_s":86400,"lookup_by":"reference","lookup_is_proof":true,"visibility_lag_s":1,"inflight_max_s":60)");
  Diagnosis out = diagnose(nullptr, &bare.settings);
  ASSERT_FALSE(out.hops[0].reasons.empty());
  EXPECT_NE(out.hops[0].reasons[0].what.find("neither links again nor has a void that is final"), std::string::npos);
  EXPECT_EQ(out.verdict, Verdict::repair);
  ASSERT_FALSE(out.steps.empty());
  EXPECT_EQ(out.steps[0].closes, 0);
}

TEST(Diagnose, StepsThatCloseMostComeFirst) {
  Facts some = facts({hop(Side::platform, Side::erp, 30)});
  some.with_gap = 37;
  some.causes[report::at(Cause::f1)] = 2;
  some.causes[report::at(Cause::f4)] = 30;
  some.causes[report::at(Cause::f5)] = 5;
  some.causes[report::at(Cause::in_flight)] = 500;
  some.lost = {{"KWD", {3, 1'500}, {10, 10'000}}};
  Diagnosis out = diagnose(&some, nullptr);
  ASSERT_EQ(out.steps.size(), 3u);
  EXPECT_EQ(out.steps[0].closes, 30);
  EXPECT_EQ(out.steps[2].closes, 2);
  EXPECT_EQ(out.cost, (std::vector<std::string>{"1.500 KWD in 3 items, of 10.000 issued"}));
  EXPECT_EQ(out.overall.size(), 1u);
  some.trend = "degrading";
  EXPECT_EQ(diagnose(&some, nullptr).overall.size(), 2u);
}

}  // namespace
}  // namespace handoff::reconcile
