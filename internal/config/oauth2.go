package config

// OAuth2 is the refresh-token flow (RFC 6749 §6).
type OAuth2 struct {
	TokenURL         string
	ClientID         string
	ClientSecretEnv  string   // name of a variable; empty: a public client
	RefreshTokenEnv  string   // name of a variable with the first refresh token
	RefreshTokenFile string   // or a file with it; newer ones are kept beside the tokens
	Scopes           []string // empty: those of the refresh token
	Auth             string   // where client and secret are sent: authHeader, AuthBody; empty: the header if there is a secret, else the body
}

// Where the client's id and secret are sent (RFC 6749 §2.3.1).
const (
	authHeader = "header"
	AuthBody   = "body"
)

func (b *builder) oauth2(n *node) *OAuth2 {
	o, ok := b.object(n, describedOAuth2)
	if !ok {
		return nil
	}
	var out OAuth2
	var at *node
	if out.TokenURL, at = o.required("token_url"); at != nil {
		if msg := badBackend(out.TokenURL); msg != "" {
			b.at(at, "token_url %s", msg)
		}
		b.literalURL(at, "token_url", out.TokenURL)
	}
	out.ClientID, _ = o.required("client_id")
	out.ClientSecretEnv = b.variable(o, "client_secret_env")
	out.RefreshTokenEnv = b.variable(o, "refresh_token_env")
	if file, at := o.text("refresh_token_file"); at != nil {
		out.RefreshTokenFile = b.pathAt(at, "refresh_token_file", file)
	}
	if (out.RefreshTokenEnv == "") == (out.RefreshTokenFile == "") {
		b.at(n, "oauth2 needs exactly one of refresh_token_env, refresh_token_file")
	}
	out.Auth = o.choice("auth")
	if list := o.get("scopes", shapeList); list != nil {
		for _, item := range list.items {
			s, ok := item.scalar.(string)
			if !ok || s == "" || len(out.Scopes) >= maxScopes {
				b.at(item, "scopes must be at most %d texts", maxScopes)
				break
			}
			out.Scopes = append(out.Scopes, s)
		}
	}
	return &out
}
