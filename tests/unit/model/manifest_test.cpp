#include "core/model/manifest.hpp"

#include <gtest/gtest.h>

namespace handoff {
namespace {

std::string complaint(const std::string& members, const std::string& call = "") {
  auto read = parse_manifest(R"({"id":"a","title":"A","version":"1",)" + members +
                             R"("operations":{"issue":{"calls":{"c":{"sign":"adding","retry":"unsafe","source":"x")" +
                             call + "}}}}}");
  return read ? "" : read.error();
}

TEST(Manifest, TakesNumbersThatMakeSense) {
  EXPECT_EQ(complaint(R"("limits":{"concurrency":8,"requests_per_minute":0},)", R"(,"key_window_s":86400)"), "");
}

TEST(Manifest, RefusesNumbersThatWouldWrapAround) {
  constexpr const char* kTenYears = ": write a whole number, 0 to 316224000";
  for (const char* name : {"key_window_s", "visibility_lag_s", "inflight_max_s"}) {
    std::string call = ",\"" + std::string(name) + "\":9223372036854775807";
    EXPECT_EQ(complaint("", call), "operations.issue.calls.c." + std::string(name) + kTenYears);
  }
  EXPECT_EQ(complaint(R"("limits":{"concurrency":4294967297},)"),
            "limits.concurrency: write a whole number, 1 to 1000000");
  EXPECT_EQ(complaint(R"("limits":{"concurrency":0},)"), "limits.concurrency: write a whole number, 1 to 1000000");
  EXPECT_EQ(complaint(R"("limits":{"requests_per_minute":-1},)"),
            "limits.requests_per_minute: write a whole number, 0 to 1000000");
}

TEST(Manifest, RefusesACallWithoutALabel) {
  auto read =
      parse_manifest(R"({"id":"a","title":"A","version":"1","operations":{"issue":{"revision":0,"calls":{}}}})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "operations.issue.revision: write a whole number, 1 to 1000000");
  read = parse_manifest(R"({"id":"a","title":"A","version":"1","operations":{"issue":{"calls":{"":{}}}}})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "operations.issue.calls: a call needs a label");
}

}  // namespace
}  // namespace handoff
