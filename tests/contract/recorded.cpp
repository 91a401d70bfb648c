#include "tests/contract/recorded.hpp"

namespace handoff::contract {

using namespace std::chrono_literals;

void Recorded::SetUp() {
  // prepare.sh leaves the reason there.
  if (std::string reason = support::read_file(CONTRACT_FOLDER "/skipped"); !reason.empty()) GTEST_SKIP() << reason;
  const std::string port = support::free_port();
  const ::testing::TestInfo& test = *::testing::UnitTest::GetInstance()->current_test_info();
  support::Process::Options options;
  options.arguments = {
      CONTRACT_NODE, CONTRACT_FOLDER "/recorder.mjs",
      CONTRACT_FOLDER "/recordings/" + std::string(test.test_suite_name()) + "." + test.name() + ".jsonl",
      "square_webhooks=http://127.0.0.1:" + port, "voucherify_webhooks=http://127.0.0.1:" + port};
  const std::vector<std::string> vendors = {"square",  "voucherify",  "stripe", "business_central",
                                            "shopify", "bigcommerce", "vendure"};
  for (const std::string& vendor : vendors) options.arguments.push_back(vendor + "=" + sandbox_.url(vendor));
  recorder_ = std::make_unique<support::Process>(options);
  std::optional<std::string> ready = recorder_->line(20s);
  ASSERT_TRUE(ready) << "the recorder did not come up; did Contract.Prepare run?";
  const boost::json::value urls = boost::json::parse(*ready);
  for (const auto& [name, url] : urls.as_object()) recorder_urls_[name] = std::string(url.as_string());
  for (const std::string& vendor : vendors) sandbox_.put_before(vendor, recorder_at(vendor));

  config_.inbound_port = port;
  config_.webhook_url = webhooks();
  config_.plugin_directories = {HANDOFF_TEST_PLUGINS, HANDOFF_PLUGINS};
  config_.lookup = R"("cards", "shop", "payments")";
  config_.settings["payments"] = R"(loyalty_metadata = "loyalty_id")";
  config_.settings["shop"] = R"(loyalty_namespace = "custom", loyalty_key = "loyalty_id")";
  sandbox_.post("/webhook", R"({"url":")" + webhooks() + R"("})");
  sandbox_.post("/webhook",
                R"({"vendor":"voucherify","url":")" + recorder_at("voucherify_webhooks") + R"(/in/cards"})");
}

void Recorded::fault(const Fault& wanted) {
  boost::json::object match;
  if (!wanted.method.empty()) match["method"] = wanted.method;
  if (!wanted.path.empty()) match["path_prefix"] = wanted.path;
  if (!wanted.body.empty()) match["body_contains"] = wanted.body;
  sandbox_.post("/faults",
                boost::json::serialize(boost::json::object{
                    {"vendor", wanted.vendor}, {"mode", wanted.mode}, {"match", match}, {"count", wanted.count}}));
}

void Recorded::give(const std::string& transaction, const std::string& customer) {
  std::string body = credit(transaction);
  body.replace(body.rfind(R"({"email")"), std::string::npos, customer + "}");
  support::Answer answer = submit(body);
  ASSERT_EQ(answer.status, 201) << answer.body << answer.error;
}

void Recorded::cancel(const std::string& transaction) {
  support::Answer answer = support::HttpClient(hub_->registers())
                               .post("/v1/register/cancellations",
                                     R"({"transaction":")" + transaction +
                                         R"(","business_date":"2026-11-23","store":"S14","terminal":"R2"})",
                                     hub_->authorization());
  ASSERT_EQ(answer.status, 200) << answer.body << answer.error;
}

void Recorded::all_become(const std::string& state, std::size_t credits) {
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>(credits, state); }, 60s))
      << "instead: " << ::testing::PrintToString(states()) << "\n"
      << log();
}

}  // namespace handoff::contract
