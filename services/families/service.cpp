#include "services/families/service.hpp"

#include "services/families/api.hpp"

namespace cp {
extern const std::string_view families_schema;
}

namespace cp::families {

using http::Method;
using http::Role;

void FamiliesApi::add_routes(http::Router& router) {
  router.add({Method::get, "/v1/families/mine", http::roles(Role::parent), "Your family's profile."}, this,
             &FamiliesApi::mine);
  router.add({Method::put, "/v1/families/mine", http::roles(Role::parent),
              "Write your family's profile; with If-Match once there is one."},
             this, &FamiliesApi::write_mine);
  router.add({Method::get, "/v1/families/places", http::anyone(),
              "The postcode districts that families and offers can name."},
             this, &FamiliesApi::places);
  router.add({Method::get, "/v1/families", http::roles(Role::facilitator, Role::commissioner),
              "The families of your authority, in the order they came."},
             this, &FamiliesApi::families);
  router.add({Method::get, "/v1/families/{family}", http::roles(Role::facilitator),
              "A family of your authority."},
             this, &FamiliesApi::family);
  router.add({.method = Method::put,
              .path = "/v1/families/{family}",
              .access = http::roles(Role::facilitator),
              .summary = "Write the profile of a family of your authority.",
              .needs_if_match = true},
             this, &FamiliesApi::write_family);

  router.add({Method::get, "/internal/families/{family}", http::internal(), "What a pool shows of a family."},
             this, &FamiliesApi::card);
  router.add({Method::get, "/internal/families", http::internal(),
              "The families of an authority that agree to be matched."},
             this, &FamiliesApi::for_matching);
  router.add({Method::get, "/internal/family-cards", http::internal(),
              "What proposals show of each family of an authority."},
             this, &FamiliesApi::cards);
  router.add({Method::get, "/internal/family-authorities", http::internal(),
              "Authorities in which a family agrees to be matched."},
             this, &FamiliesApi::looking_authorities);
}

app::Service service() {
  return {"families", {"families", families_schema}, [](app::Context& context) -> std::shared_ptr<void> {
            auto api = std::make_shared<FamiliesApi>(context);
            api->add_routes(context.router);
            return api;
          }};
}

}  // namespace cp::families
