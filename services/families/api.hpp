// The routes of families.
#pragma once

#include "services/families/store.hpp"
#include "services/families/wire.hpp"
#include "shared/app/service.hpp"

namespace cp::families {

class FamiliesApi {
 public:
  explicit FamiliesApi(app::Context& context) : context_(context) {}

  Task<Result<http::Answer<FamilyView>>> mine(http::Request& request, http::NoParams);
  Task<Result<http::Answer<FamilyView>>> write_mine(http::Request& request, http::NoParams,
                                                    FamilyInput body);
  Task<Result<http::Answer<FamilyView>>> family(http::Request& request, FamilyPath path);
  Task<Result<http::Answer<FamilyView>>> write_family(http::Request& request, FamilyPath path,
                                                      FamilyInput body);
  Task<Result<http::Answer<http::Page<FamilySummary>>>> families(http::Request& request,
                                                                 FamilyQuery query);
  Task<Result<http::Answer<PlaceList>>> places(http::Request& request, PlaceQuery query);

  Task<Result<http::Answer<FamilyCard>>> card(http::Request& request, FamilyPath path);
  Task<Result<http::Answer<http::Page<MatchingFamily>>>> for_matching(http::Request& request,
                                                                      MatchingQuery query);

  Task<Result<http::Answer<http::Page<FamilyCard>>>> cards(http::Request& request, MatchingQuery query);
  Task<Result<http::Answer<AuthorityList>>> looking_authorities(http::Request& request, http::NoParams);

  void add_routes(http::Router& router);

 private:
  /// Whose profile is written, and whether it may be the first time.
  struct Target {
    Id<"family"> family;
    Id<"authority"> authority;
    bool may_be_new = false;
  };
  Task<Result<http::Answer<FamilyView>>> read(Target target, Error missing);
  Task<Result<http::Answer<FamilyView>>> write(http::Request& request, Target target, FamilyInput body);
  [[nodiscard]] Result<store::Filter> filter(const Id<"authority">& authority, std::optional<bool> looking,
                                             const std::optional<std::string>& after,
                                             std::int64_t limit) const;
  [[nodiscard]] Date today() const { return day_of(context_.clock.now()); }

  app::Context& context_;
};

}  // namespace cp::families
