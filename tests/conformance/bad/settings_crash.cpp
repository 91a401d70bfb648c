// Its schema takes any text for the size of a page; making an instance ends the process on most of them.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
 public:
  explicit Bad(const json::Value& settings) : Acme(with_size(settings)) {}

 private:
  static json::Value with_size(const json::Value& settings) noexcept {
    json::Object out = settings.as_object();
    out.set("page_size", std::int64_t{std::stoll(std::string(settings.at("page_size").as_string("50")))});
    return json::Value(std::move(out));
  }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
