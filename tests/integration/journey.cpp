#include "tests/integration/journey.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <thread>

#include "tests/integration/register_contract.hpp"

namespace handoff::integration {

namespace {

std::string output_of(const std::string& line, int& code) {
  std::string out;
  FILE* pipe = popen(line.c_str(), "r");
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = fread(part.data(), 1, part.size(), pipe)) > 0;) out.append(part.data(), got);
  code = WEXITSTATUS(pclose(pipe));
  return out;
}

}  // namespace

Journey::Journey() : sandbox_(HANDOFF_SANDBOX) {
  support::HttpClient::watched_by(
      [](const std::string& method, const std::string& path, const std::string& body, const Answer& answer) {
        if (answer.status == 0 || !path.starts_with("/v1/register/")) return;
        std::string wrong = RegisterContract::of_the_file().judge(method, path, body, answer);
        if (!wrong.empty()) ADD_FAILURE() << "docs/reference/register-api.yaml: " << wrong;
      });
  config_.plugin_directories = {HANDOFF_PLUGINS};
  hub_options_.program = HANDOFFD;
  hub_options_.folder = folder();
}

void Journey::start() {
  support::write_file(folder() + "/handoff.toml", config_.text(sandbox_));
  hub_ = std::make_unique<support::HubProcess>(hub_options_);
}

support::Ended Journey::start_in_vain() {
  support::Process::Options options;
  options.arguments = {HANDOFFD, "-c", "handoff.toml"};
  options.environment = hub_options_.environment;
  options.stderr_file = folder() + "/handoffd.log";
  options.folder = folder();
  support::Process refusing(options);
  EXPECT_EQ(refusing.rest(std::chrono::seconds(20)), "") << "a hub that refuses says on no address that it is ready";
  return refusing.wait(std::chrono::seconds(20));
}

Answer Journey::submit(const std::string& body) {
  return support::HttpClient(hub_->registers()).post("/v1/register/credits", body, hub_->authorization());
}

std::string Journey::credit(const std::string& transaction) {
  return R"({"transaction":")" + transaction +
         R"(","business_date":"2026-11-23","store":"S14","terminal":"R2","amount":"25.00","currency":"USD",)" +
         R"("customer":{"email":"ada@example.com"}})";
}

std::string Journey::in_a_month() {
  std::time_t then = std::time(nullptr) + 30 * 86'400;
  std::array<char, 11> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", std::gmtime(&then));
  return text.data();
}

std::vector<std::string> Journey::states() {
  std::vector<std::string> out;
  const boost::json::value shown = hub_->ask("/v1/credits?limit=200");
  for (const boost::json::value& credit : shown.at("credits").as_array())
    out.emplace_back(credit.at("state").as_string());
  return out;
}

bool Journey::eventually(const std::function<bool()>& what, std::chrono::milliseconds limit) {
  using std::chrono::milliseconds;
  const auto start = std::chrono::steady_clock::now();
  while (!what()) {
    const auto waited = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
    if (waited > limit) return false;
    // Most ask by a process: asked all the time, it would take the processor from the hub that it waits for.
    std::this_thread::sleep_for(std::clamp(waited / 10, milliseconds(20), milliseconds(500)));
  }
  return true;
}

std::string Journey::handoff(const std::string& words, int& code, const std::string& token) {
  std::string file = folder() + "/handoff.db.admin-token";
  if (!token.empty()) support::write_file(file = folder() + "/other-token", token);
  std::string line = std::string(HANDOFF) + " " + words + " -c '" + folder() + "/handoff.toml' --admin " +
                     hub_->admin() + " --token-file '" + file + "' 2>&1";
  return output_of(line, code);
}

std::string Journey::offline(const std::string& words, int& code) {
  return output_of("cd '" + folder() + "' && " + std::string(HANDOFF) + " " + words + " 2>&1", code);
}

void Journey::on_a_quick_clock(int days_ahead) {
  hub_options_.environment["LD_PRELOAD"] = HANDOFF_QUICK_CLOCK;
  hub_options_.environment["ASAN_OPTIONS"] = "verify_asan_link_order=0";  // it wants to be the first that is loaded
  if (days_ahead > 0) hub_options_.environment["DAYS_AHEAD"] = std::to_string(days_ahead);
}

void Journey::stop() {
  hub_->process().signal(SIGTERM);
  EXPECT_EQ(hub_->process().wait(std::chrono::seconds(10)).code, 0) << log();
  hub_.reset();
}

int Journey::agree(int credits) {
  support::Process::Options options;
  options.arguments = {HANDOFF_SANDBOX_AGREE, "--control", sandbox_.url("control"), "--expect-count",
                       std::to_string(credits)};
  support::Process process(options);
  std::string said = process.rest(std::chrono::seconds(20));
  int code = process.wait(std::chrono::seconds(20)).code;
  if (code != 0) ADD_FAILURE() << said;
  return code;
}

}  // namespace handoff::integration
