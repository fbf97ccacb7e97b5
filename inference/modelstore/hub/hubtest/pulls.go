package hubtest

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// Pull is a pull request, or a discussion, which has no commits.
type Pull struct {
	Number                int
	Title, Author, Status string // an Author of "": the account is deleted
	Discussion            bool
	// Commits are its own, the newest first, and after them the one that it is based on and
	// those before.
	Commits []string
	// Files are those of its newest commit.
	Files map[string][]byte
}

// pullsPerPage is small, so that there are pages.
const pullsPerPage = 2

// resolve is the commit that a revision stands for, "" for one that isn't there.
func (h *Hub) resolve(revision string) string {
	if revision == "main" || revision == h.Commit {
		return h.Commit
	}
	for _, p := range h.Pulls {
		if !p.Discussion && (revision == fmt.Sprintf("refs/pr/%d", p.Number) || revision == p.Commits[0]) {
			return p.Commits[0]
		}
	}
	return ""
}

func (h *Hub) filesAt(commit string) map[string][]byte {
	for _, p := range h.Pulls {
		if !p.Discussion && p.Commits[0] == commit {
			return p.Files
		}
	}
	return h.files
}

// commits answers as huggingface_hub's list_repo_commits reads it.
func (h *Hub) commits(w http.ResponseWriter, commit string) {
	ids := append([]string{commit}, h.Before...)
	for _, p := range h.Pulls {
		if !p.Discussion && p.Commits[0] == commit {
			ids = p.Commits
		}
	}
	list := make([]map[string]any, len(ids))
	for i, id := range ids {
		list[i] = map[string]any{"id": id, "title": "a commit", "message": "", "date": "2023-03-15T09:00:00.000Z", "authors": []any{}}
	}
	_ = json.NewEncoder(w).Encode(list)
}

// discussions answers as huggingface_hub's get_repo_discussions reads it.
func (h *Hub) discussions(w http.ResponseWriter, r *http.Request) {
	var page int
	_, _ = fmt.Sscan(r.URL.Query().Get("p"), &page)
	from := min(page*pullsPerPage, len(h.Pulls))
	to := min(from+pullsPerPage, len(h.Pulls))
	list := []map[string]any{}
	for _, p := range h.Pulls[from:to] {
		one := map[string]any{
			"num": p.Number, "title": p.Title, "status": p.Status, "isPullRequest": !p.Discussion, "createdAt": "2023-03-15T09:00:00.000Z",
			"repo": map[string]string{"name": h.Repo, "type": "model"},
		}
		if p.Author != "" {
			one["author"] = map[string]string{"name": p.Author, "type": "user"}
		}
		list = append(list, one)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"count": len(h.Pulls), "start": from, "discussions": list})
}
