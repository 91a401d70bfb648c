#include "stage.hpp"

#include <Poco/JSON/Parser.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Thread.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "http.hpp"

namespace demo {

namespace {

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// Polls a condition; the demo has nothing better to wait on than files and ports.
template <class Condition>
bool wait_for(Condition condition, int seconds) {
  for (int i = 0; i < seconds * 50; ++i) {
    if (condition()) return true;
    Poco::Thread::sleep(20);
  }
  return false;
}

/// Below those that the kernel gives to whoever asks for any: a call would be given one before the hub listens there.
std::string free_port() {
  static int next = static_cast<int>(10000 + Poco::Process::id() * 37 % 20000);
  for (;; ++next) try {
      Poco::Net::ServerSocket nobody_listens(Poco::Net::SocketAddress("127.0.0.1:" + std::to_string(next)));
      return std::to_string(next++);
    } catch (const Poco::Exception&) {
      if (next == 32767) throw;
    }
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

const Poco::Process::Env kSecrets = {
    {"SQUARE_TOKEN", "sq-sandbox-token"}, {"SQUARE_WEBHOOK_KEY", "sq-sandbox-signature-key"},
    {"VOUCHERIFY_APP_ID", "sandbox-app"}, {"VOUCHERIFY_APP_TOKEN", "sandbox-token"},
    {"STRIPE_KEY", "sk_test_sandbox"},    {"BC_CLIENT_ID", "bc-client"},
    {"BC_CLIENT_SECRET", "bc-secret"},    {"SHOPIFY_TOKEN", "shpat_sandbox"}};

}  // namespace

Stage::Stage(const std::filesystem::path& bin, std::filesystem::path plugins,
             const std::filesystem::path& config_template)
    : bin_(std::filesystem::absolute(bin)), plugins_(std::move(plugins)) {
  std::string pattern = (std::filesystem::temp_directory_path() / "handoff-demo-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  start_sandbox();
  write_config(config_template);
  start_hub();
}

Stage::~Stage() {
  if (keep_) return;
  for (auto* process : {hub_.get(), sandbox_.get()}) {
    if (!process) continue;
    Poco::Process::requestTermination(process->id());
    process->wait();
  }
}

void Stage::start_sandbox() {
  std::filesystem::path ready = folder_ / "sandbox.json";
  // Through a shell only for the redirections.
  std::string line = "exec '" + (bin_ / "handoff-sandbox").string() + "' --ready-file '" + ready.string() + "' >'" +
                     (folder_ / "sandbox.log").string() + "' 2>&1";
  sandbox_ = std::make_unique<Poco::ProcessHandle>(Poco::Process::launch("/bin/sh", {"-c", line}));
  if (!wait_for([&] { return std::filesystem::exists(ready); }, 20))
    throw std::runtime_error("the sandbox did not start; see " + (folder_ / "sandbox.log").string());
  auto found = Poco::JSON::Parser().parse(read(ready)).extract<Poco::JSON::Object::Ptr>();
  for (const auto& [name, address] : *found) vendors_[name] = address.convert<std::string>();
}

void Stage::write_config(const std::filesystem::path& from) {
  std::string text = read(from);
  if (text.empty()) throw std::runtime_error(from.string() + " cannot be read");
  for (const auto& [name, address] : vendors_) replace_all(text, "{{" + name + "}}", address);
  replace_all(text, "{{plugins}}", std::filesystem::absolute(plugins_).string());
  std::map<std::string, std::string*> ports = {{"register", &registers_}, {"inbound", &inbound_}, {"admin", &admin_}};
  for (auto& [name, address] : ports) {
    std::string port = free_port();
    replace_all(text, "{{" + name + "_port}}", port);
    *address = "http://127.0.0.1:" + port;
  }
  std::ofstream(folder_ / "handoff.toml") << text;
}

void Stage::start_hub() {
  std::string log = (folder_ / "handoffd.log").string();
  std::string line = "exec '" + (bin_ / "handoffd").string() + "' -c '" + (folder_ / "handoff.toml").string() + "' >'" +
                     log + "' 2>&1";
  hub_ = std::make_unique<Poco::ProcessHandle>(
      Poco::Process::launch("/bin/sh", {"-c", line}, folder_.string(), nullptr, nullptr, nullptr, kSecrets));
  if (!wait_for([&] { return call("GET", admin_ + "/readyz").status == 200; }, 20))
    throw std::runtime_error("handoffd did not start:\n" + read(log));
  std::istringstream(read(folder_ / "handoff.db.admin-token")) >> token_;
}

}  // namespace demo
