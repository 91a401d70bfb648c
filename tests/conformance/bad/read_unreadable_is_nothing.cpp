// Takes an answer that it cannot read for an empty list.

#include "acme.hpp"

namespace acme {

class Bad : public Acme {
  using Acme::Acme;

  json::Array cards_of(const json::Value& body) const override { return body.at("cards").as_array(); }
};

}  // namespace acme

ACME_CONNECTOR(acme::Bad)
