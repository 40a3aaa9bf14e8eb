// Families in the database. A family is read and written whole.
#pragma once

#include "services/families/model.hpp"
#include "shared/db/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cp::families::store {

/// False, and nothing written, where the family is there already.
bool insert(db::Tx& tx, const Family& family);
std::optional<Family> find(db::Tx& tx, const Id<"family">& id);
/// Writes the profile and moves the version on by one, if the stored version is still
/// `family.version`. False where somebody else was first: nothing is written then.
bool update(db::Tx& tx, Family& family);

/// Which of these are families of the authority.
std::vector<Id<"family">> known_in(db::Tx& tx, const Id<"authority">& authority,
                                   const std::vector<Id<"family">>& asked);

/// Families of one authority in the order of their ids, those behind `after`.
struct Filter {
  Id<"authority"> authority;
  std::optional<bool> looking;
  std::string after;
  std::int64_t limit = 50;
};
struct Summary {
  Id<"family"> id;
  std::string known_as;
  std::int64_t children = 0;
  bool looking = false;
  std::string place;
};
std::vector<Summary> summaries(db::Tx& tx, const Filter& filter);
/// The same families whole, with a fixed number of statements however many they are.
std::vector<Family> list(db::Tx& tx, const Filter& filter);

/// Authorities in which a family looks for a group, by id.
std::vector<Id<"authority">> looking_authorities(db::Tx& tx);

}  // namespace cp::families::store
