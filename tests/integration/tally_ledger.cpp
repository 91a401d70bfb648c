#include "tests/integration/tally_ledger.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <map>

#include "tests/integration/small_server.hpp"

namespace handoff::integration {

namespace json = boost::json;

struct TallyLedger::Impl {
  std::string next(const std::string& path) {
    std::scoped_lock lock(mutex);
    std::deque<std::string>& modes = scripts[path];
    if (modes.empty()) return "ok";
    std::string mode = modes.front();
    modes.pop_front();
    return mode;
  }

  std::pair<int, json::value> book(const json::object& entry) {
    std::scoped_lock lock(mutex);
    auto text = [&](const char* name) { return std::string(entry.at(name).as_string()); };
    entries.push_back(
        {text("credit"), text("reference"), text("amount"), text("currency"), "Y" + std::to_string(++last_number)});
    json::object out = entry;
    out["number"] = entries.back().number;
    return {201, out};
  }

  std::pair<int, json::value> reverse(const json::object& wanted) {
    std::scoped_lock lock(mutex);
    ++reversals;
    std::string reference(wanted.at("reference").as_string());
    bool any = std::erase_if(entries, [&](const Entry& entry) { return entry.reference == reference; }) > 0;
    return {any ? 200 : 404, json::object{{"reference", reference}}};
  }

  std::pair<int, json::value> list(const std::string& credit) const {
    std::scoped_lock lock(mutex);
    json::array out;
    for (const Entry& entry : entries)
      if (entry.credit == credit)
        out.push_back(json::object{{"reference", entry.reference},
                                   {"amount", entry.amount},
                                   {"currency", entry.currency},
                                   {"number", entry.number}});
    return {200, json::object{{"entries", out}}};
  }

  support::SmallReply broken(const std::string& mode, int status, const std::string& body) const {
    std::string whole = "HTTP/1.1 " + std::to_string(status) +
                        " OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                        "\r\n\r\n" + body;
    if (mode.starts_with("cut ")) return {0, "", true, whole.substr(0, std::stoul(mode.substr(4)))};
    if (mode == "unauthorized") return {401, "{}"};
    if (mode == "redirected")
      return {0, "", true,
              "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + server.url() + "/entries\r\nContent-Length: 0\r\n\r\n"};
    return {status, body, mode == "lost_after"};
  }

  support::SmallReply answer(const support::SmallRequest& request) {
    std::string mode = next(request.path);
    if (request.method == "POST") ++posts;
    if (mode == "lost_before") return {0, "", true};
    auto [status, body] = request.method == "GET"        ? list(request.query)
                          : request.path == "/reversals" ? reverse(json::parse(request.body).as_object())
                                                         : book(json::parse(request.body).as_object());
    bool on_the_way = mode == "ok" || mode == "lost_after" || mode == "redirected" || mode == "unauthorized" ||
                      mode.starts_with("cut ");
    if (!on_the_way) body.as_object()["frail"] = mode;
    return broken(mode, status, json::serialize(body));
  }

  mutable std::mutex mutex;
  std::map<std::string, std::deque<std::string>> scripts;
  std::vector<Entry> entries;
  int last_number = 0, reversals = 0;
  std::atomic<int> posts = 0;
  support::SmallServer server{[this](const support::SmallRequest& request) { return answer(request); }};
};

TallyLedger::TallyLedger() : impl_(std::make_unique<Impl>()) {}

TallyLedger::~TallyLedger() = default;

std::string TallyLedger::url() const { return impl_->server.url(); }

void TallyLedger::script(const std::string& path, std::deque<std::string> modes) {
  std::scoped_lock lock(impl_->mutex);
  impl_->scripts[path] = std::move(modes);
}

std::vector<TallyLedger::Entry> TallyLedger::entries() const {
  std::scoped_lock lock(impl_->mutex);
  return impl_->entries;
}

int TallyLedger::reversals() const {
  std::scoped_lock lock(impl_->mutex);
  return impl_->reversals;
}

int TallyLedger::posts() const { return impl_->posts; }

}  // namespace handoff::integration
