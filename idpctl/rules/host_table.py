"""What is known about the hosts of identity providers, as data: families, tenants, shared suffixes."""

from __future__ import annotations

from idpctl.provider_table import ENTRA, ENTRA_V1

# Vendors that serve one provider from several domains: nothing to warn about.
FAMILIES: tuple[tuple[str, ...], ...] = (
    ("google.com", "googleapis.com"),
    (
        "microsoftonline.com",
        "microsoft.com",
        "windows.net",
        "microsoftonline.us",
        "microsoft.us",
        "microsoftonline.cn",
        "chinacloudapi.cn",
        "microsoftonline.de",
        "b2clogin.com",
        "ciamlogin.com",
        "live.com",
    ),
    ("paypal.com", "paypalobjects.com"),
    ("yahoo.com", "yahooapis.com"),
    ("yahoo.co.jp", "yahooapis.jp"),
    ("twitch.tv", "ttvnw.net"),
    ("facebook.com", "fbsbx.com", "meta.com"),
    ("apple.com", "icloud.com"),
    ("amazon.com", "amazonaws.com", "amazoncognito.com"),
    ("dropbox.com", "dropboxapi.com"),
    ("github.com", "githubusercontent.com", "githubapp.com"),
    ("bitbucket.org", "atlassian.com"),
    ("salesforce.com", "force.com"),
    ("okta.com", "oktapreview.com", "okta-emea.com"),
    ("auth0.com", "auth0app.com"),
    ("linkedin.com", "licdn.com"),
    ("yandex.ru", "yandex.com", "yandex.net"),
    ("line.me", "line-apps.com"),
    ("slack.com", "slack-edge.com"),
    ("intuit.com", "api.intuit.com"),
    ("ondemand.com", "sap.com"),
)

# HOST/PATH up to where the tenant ends, on hosts that serve many tenants.
TENANTS: tuple[str, ...] = (
    rf"(?:{ENTRA}|{ENTRA_V1})/[^/]+",
    r"[^/]+\.(?:b2clogin|ciamlogin)\.com/(?:tfp/)?[^/]+",
    r"[^/]+/t/[^/]+(?:/o/[^/]+)?",
    r"cognito-idp\.[^/]+/[^/]+",
    r"[^/]+(?:/[^/]+)*?/realms/[^/]+(?:/realms/[^/]+)*",
    r"[^/]+/am/oauth2/[^/]+",
    r"[^/]+\.okta[a-z-]*\.(?:com|mil)/oauth2/(?!v1(?:/|\Z))[^/]+",
    r"[^/]+/oauth2/(?:default|aus[0-9A-Za-z]{8,})(?=/|\Z)",
    r"auth\.pingone\.[a-z.]+/[^/]+",
    r"[^/]+/application/o/[^/]+",
    r"oidc\.eks\.[^/]+/id/[^/]+",
    r"[^/]+\.oic\.prod-aks\.azure\.com/[^/]+/[^/]+",
    r"container\.googleapis\.com/v1/projects/[^/]+/locations/[^/]+/clusters/[^/]+",
    r"(?:securetoken\.google\.com|storage\.googleapis\.com)/[^/]+",
    r"s3[.-][^/]*amazonaws\.com/[^/]+",
    r"[^/]+\.blob\.core\.windows\.net/[^/]+",
    r"raw\.githubusercontent\.com/[^/]+/[^/]+",
    r"token\.actions\.githubusercontent\.com/(?!\.well-known)[^/]+",
    r"api\.bitbucket\.org/2\.0/workspaces/[^/]+",
    r"oidc\.circleci\.com/org/[^/]+",
    r"oidc\.(?:fly\.io|vercel\.com)/(?!\.well-known)[^/]+",
    r"[^/]+\.appid\.cloud\.ibm\.com/oauth/v4/[^/]+",
    r"[^/]+\.duosecurity\.com/oidc/[^/]+",
    r"api\.descope\.com/[^/]+",
)

# Not the public suffix list: the second-level names that countries share, and a few hosts that rent
# out names below their own. A suffix that is missing here makes two customers look like one site,
# which costs a warning of DSC-09, never an error.
SHARED_SECOND_LEVELS = frozenset(
    {"ac", "co", "com", "edu", "go", "gob", "gouv", "gov", "govt", "mil", "ne", "net", "nhs", "or", "org"}
)
RENTED_SUFFIXES = frozenset(
    {
        "amazonaws.com",
        "amazoncognito.com",
        "appspot.com",
        "azurecontainerapps.io",
        "azurefd.net",
        "azurewebsites.net",
        "cloudapp.net",
        "cloudfront.net",
        "firebaseapp.com",
        "fly.dev",
        "github.io",
        "gitlab.io",
        "herokuapp.com",
        "netlify.app",
        "ngrok.io",
        "ngrok-free.app",
        "onrender.com",
        "pages.dev",
        "run.app",
        "sslip.io",
        "vercel.app",
        "web.app",
        "web.core.windows.net",
        "blob.core.windows.net",
        "workers.dev",
    }
)
