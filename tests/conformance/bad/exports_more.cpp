// Exports a second symbol: built without the version script of handoff_add_connector.

#include "acme.hpp"

extern "C" {
extern HANDOFF_EXPORT const int acme_revision;
const int acme_revision = 2;
}

ACME_CONNECTOR(acme::Acme)
