#include "tests/support/rig.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace handoff::support {

namespace json = boost::json;

namespace {

constexpr auto kReadyLimit = std::chrono::seconds(60);

json::value parsed(const Answer& answer, const std::string& what) {
  if (answer.status != 200)
    throw std::runtime_error(what + ": " + std::to_string(answer.status) + " " + answer.error + answer.body);
  return json::parse(answer.body);
}

std::string quoted_list(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "\"" : ", \"") + item + "\"";
  return "[" + out + "]";
}

std::string last_words(const std::string& text) {
  return text.substr(text.size() - std::min<std::size_t>(text.size(), 2000));
}

}  // namespace

std::map<std::string, std::string> sandbox_secrets() {
  return {{"SQUARE_TOKEN", "sq-sandbox-token"},
          {"SQUARE_KEY", "sq-sandbox-signature-key"},
          {"VOUCHERIFY_ID", "sandbox-app"},
          {"VOUCHERIFY_TOKEN", "sandbox-token"},
          {"VOUCHERIFY_KEY", "vf-sandbox-signature-key"},
          {"STRIPE_KEY", "sk_test_sandbox"},
          {"BC_ID", "bc-client"},
          {"BC_SECRET", "bc-secret"},
          {"SHOPIFY_TOKEN", "shpat_sandbox"},
          {"SHOPIFY_KEY", kShopifyKey}};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

SandboxProcess::SandboxProcess(const std::string& program, const std::vector<std::string>& options) {
  Process::Options start;
  start.arguments = {program};
  start.arguments.insert(start.arguments.end(), options.begin(), options.end());
  process_ = std::make_unique<Process>(start);
  std::optional<std::string> line = process_->line(kReadyLimit);
  if (!line) throw std::runtime_error(program + " did not come up");
  const json::value ready = json::parse(*line);
  for (const auto& [name, url] : ready.as_object()) urls_[name] = std::string(url.as_string());
}

json::value SandboxProcess::post(const std::string& path, const std::string& body) {
  return parsed(HttpClient(url("control")).post(path, body), "sandbox " + path);
}

json::value SandboxProcess::get(const std::string& path) {
  return parsed(HttpClient(url("control")).get(path), "sandbox " + path);
}

void SandboxProcess::heal() { parsed(HttpClient(url("control")).send("DELETE", "/faults"), "sandbox /faults"); }

void SandboxProcess::must_live() {
  if (process_->running()) return;
  Ended ended = process_->wait(std::chrono::seconds(0));
  throw std::runtime_error("the sandbox ended: exit " + std::to_string(ended.code) + ", signal " +
                           std::to_string(ended.signal));
}

std::string ConfigText::text(const SandboxProcess& sandbox) const {
  const std::string where = isolation.empty() ? "" : "isolation = \"" + isolation + "\"\n";
  std::string common = where;
  if (!assume.empty()) common += "assume = { " + assume + " }\n";
  if (!limits.empty()) common += "limits = { " + limits + " }\n";
  auto more = [this](const std::string& connector) {
    auto found = settings.find(connector);
    return found == settings.end() ? std::string() : ", " + found->second;
  };
  const std::string& erp = sandbox.url("business_central");
  const std::string webhooks = webhook_url.empty() ? "http://127.0.0.1:" + inbound_port + "/in/registers" : webhook_url;
  std::string out = "[retailer]\nname = \"acme\"\ndefault_region = \"US\"\nauthority = \"cards\"\n";
  out += "[store]\nurl = \"" + store + "\"\n";
  out +=
      "[listen]\nregister = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\ninbound = \"127.0.0.1:" + inbound_port + "\"\n";
  out += "[plugins]\ndirectories = " + quoted_list(plugin_directories) + "\n[identity]\nlookup = [" + lookup + "]\n";
  if (!look_again.empty()) out += "look_again = \"" + look_again + "\"\n";
  out += "[connector.registers]\nplugin = \"square\"\nrole = \"pos\"\nsettings = { base_url = \"" +
         sandbox.url("square") + "\", location_ids = [\"LSANDBOX1\"], notification_url = \"" + webhooks + "\"" +
         more("registers") + " }\n" +
         "secrets = { access_token = { env = \"SQUARE_TOKEN\" }, webhook_key = { env = \"SQUARE_KEY\" } }\n" + where;
  const std::string voucherify =
      "plugin = \"voucherify\"\nsettings = { base_url = \"" + sandbox.url("voucherify") + "\", currency = \"USD\"" +
      more("cards") + " }\n" +
      "secrets = { app_id = { env = \"VOUCHERIFY_ID\" }, app_token = { env = \"VOUCHERIFY_TOKEN\" }, "
      "webhook_key = { env = \"VOUCHERIFY_KEY\" } }\n";
  out += "[connector.cards]\nrole = \"platform\"\n" + (cards.empty() ? voucherify : cards) + common;
  out += "[connector.payments]\nplugin = \"stripe\"\nrole = \"payments\"\nsettings = { base_url = \"" +
         sandbox.url("stripe") + "\"" + more("payments") + " }\nsecrets = { api_key = { env = \"STRIPE_KEY\" } }\n" +
         common;
  out += "[connector.books]\nplugin = \"business_central\"\nsettings = { base_url = \"" + erp + "\", token_url = \"" +
         erp + "/t1/oauth2/v2.0/token\", tenant = \"t1\", environment = \"sandbox\", " +
         "company_id = \"5a1d0b0c-0000-4000-8000-000000000001\", account = \"2450\", balancing_account = \"6110\", " +
         "currency = \"USD\"" + more("books") +
         " }\nsecrets = { client_id = { env = \"BC_ID\" }, client_secret = { env = \"BC_SECRET\" } }\n" + common;
  out += "[connector.shop]\nplugin = \"shopify\"\nrole = \"storefront\"\nsettings = { base_url = \"" +
         sandbox.url("shopify") + "\"" + more("shop") + " }\nsecrets = { access_token = { env = \"SHOPIFY_TOKEN\" }" +
         shop_secrets + " }\n" + common;
  out +=
      "[[route]]\nname = \"register-credit\"\n"
      "when = { event = \"credit.issued\", from = [\"register\", \"registers\", \"manual\"], balance_type = [\"general\", "
      "\"refund\"] }\n";
  if (!platform.empty()) out += "platform = \"" + platform + "\"\n";
  if (!confirm.empty()) out += "confirm = " + confirm + "\n";
  out += "hops = [\n";
  for (const HopText& hop : hops)
    out += "  { to = \"" + hop.to + "\", do = \"" + hop.op + "\"" +
           (hop.after.empty() ? "" : ", after = [\"" + hop.after + "\"]") + hop.more + " },\n";
  return out + "]\nmap.balance_type = { refund = \"general\" }\n" + extra;
}

HubProcess::HubProcess(const Options& options) : options_(options) {
  auto begin = std::chrono::steady_clock::now();
  Process::Options start;
  start.arguments = options.before;
  start.arguments.insert(start.arguments.end(), {options.program, "-c", "handoff.toml"});
  start.environment = options.environment;
  start.stderr_file = options.folder + "/handoffd.log";
  start.folder = options.folder;
  process_ = std::make_unique<Process>(start);
  std::optional<std::string> line = process_->line(kReadyLimit);
  if (!line) {
    process_->kill();
    throw std::runtime_error("handoffd did not come up:\n" + last_words(read_file(start.stderr_file)));
  }
  ready_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const json::value ready = json::parse(*line);
  registers_ = std::string(ready.at("register").as_string());
  inbound_ = std::string(ready.at("inbound").as_string());
  admin_ = std::string(ready.at("admin").as_string());
}

Headers HubProcess::authorization() const {
  std::string token = read_file(options_.folder + "/handoff.db.admin-token");
  while (!token.empty() && token.back() == '\n') token.pop_back();
  return {{"Authorization", "Bearer " + token}};
}

json::value HubProcess::ask(const std::string& path) {
  return parsed(HttpClient(admin_).get(path, authorization()), "GET " + path);
}

}  // namespace handoff::support
