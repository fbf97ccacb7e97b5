package server

import (
	"maps"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/api"
)

// parts are what can be hidden from those who may use the models, by the
// beginnings of their routes. The page at / is hidden by root.
var parts = map[string][]string{
	"metrics": {api.MetricsPath},
	"docs":    {api.DocsPath, api.OpenAPIPath, api.SwaggerPath},
	"page":    {pagePath},
	"info":    {api.InfoPath},
}

// Parts names what Options.Hide may have.
func Parts() []string { return slices.Sorted(maps.Keys(parts)) }

func (s *Server) hides(part string) bool { return slices.Contains(s.Hide, part) }

// shown are the routes without those that are hidden.
func (s *Server) shown(all []route) []route {
	return slices.DeleteFunc(all, func(r route) bool {
		for part, begins := range parts {
			for _, begin := range begins {
				if s.hides(part) && strings.HasPrefix(r.pattern, "GET "+begin) {
					return true
				}
			}
		}
		return false
	})
}
