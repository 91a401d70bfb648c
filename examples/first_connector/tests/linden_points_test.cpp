#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

namespace linden_points {
namespace {

using handoff::testing::Answer;
using handoff::testing::Asked;
using handoff::testing::Driver;
namespace json = handoff::json;

json::Value settings() {
  json::Object out;
  out.set("currency", "USD");
  return json::Value(std::move(out));
}

TEST(LindenPoints, HasNoStubLeft) {
  Driver driver(handoff_plugin_v1, settings());
  ASSERT_TRUE(driver.config_problem().is_null()) << json::write(driver.config_problem());
  for (std::uint32_t i = 0; i < handoff_plugin_v1.n_operations; ++i) {
    const handoff_str id = handoff_plugin_v1.operations[i].id;
    auto run = driver.run(std::string_view(id.ptr, id.len), json::Value(json::Object()),
                          [](const Asked&) { return Answer(200, "{}"); });
    EXPECT_EQ(json::write(run.result).find("is a stub"), std::string::npos) << json::write(run.result);
  }
}

TEST(LindenPoints, ShowsADraftAsThereButNotSpendable) {
  Driver driver(handoff_plugin_v1, settings());
  handoff::ReadInput look;
  look.by = "reference";
  look.reference = "ho1-r";
  auto run = driver.run("read/1", look, [](const Asked&) {
    return Answer(200,
                  R"({"rewards":[{"id":"rw_1","status":"draft","value":"0.00","currency":"USD"}],"next_page":""})");
  });
  ASSERT_EQ(run.as<handoff::ReadResult>().sightings.size(), 1u);
  EXPECT_EQ(run.as<handoff::ReadResult>().sightings[0].state, "inactive");
}

}  // namespace
}  // namespace linden_points
