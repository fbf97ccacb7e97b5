package hub

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/modelstore"
	"github.com/azure-nlp-endpoint/azure-nlp-endpoint/inference/safetensors"
)

// The hub's own account that converts pickled weights, and how it calls its pull requests
// (safetensors_conversion.py of transformers).
const (
	converter       = "SFconvertbot"
	conversionTitle = "Adding `safetensors` variant of this model"
)

// unconverted is why a conversion isn't taken.
type unconverted struct{ error }

// converted adds the hub's own conversion of the weights to the files of a commit that has
// pickled ones alone, if that is what is asked for. Transformers takes it too; it asks that
// the pull request is the converter's, open, and one commit on the newest of main. Here it
// may be based on an earlier one, since what was converted must have the same hash.
func (c *client) converted(ctx context.Context, commit string, all []File) ([]File, error) {
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.Path
	}
	if slices.ContainsFunc(names, modelstore.IsGraph) || c.ModelFile != "" && !modelstore.IsWeights(c.ModelFile) {
		return all, nil
	}
	_, _, refused := modelstore.Choose(names, "--model-file")
	var pickled *modelstore.PickledError
	if !errors.As(refused, &pickled) {
		return all, nil
	}
	weights, reference, err := c.conversion(ctx, commit, all)
	var why unconverted
	if errors.As(err, &why) {
		return nil, fmt.Errorf("%s: %w. The hub's own conversion can't be taken instead: %w; %s/spaces/safetensors/convert makes one", c.Repo, refused, why.error, c.Endpoint)
	}
	if err != nil {
		return nil, err
	}
	c.Note(fmt.Sprintf("%s has weights in %s alone, which isn't read: %s is taken from %s at %.12s, where %s converted the same file",
		c.Repo, pickled.File, weights[0].Path, reference, weights[0].Commit, converter))
	return append(slices.Clone(all), weights...), nil
}

// conversion finds the pull request, and the files of weights that it adds.
func (c *client) conversion(ctx context.Context, commit string, all []File) (weights []File, reference string, err error) {
	numbers, others, err := c.conversions(ctx)
	if err != nil {
		return nil, "", err
	}
	if len(numbers) == 0 && len(others) > 0 {
		return nil, "", unconverted{fmt.Errorf("of the open pull requests %q none is by %s, but by %.100s", conversionTitle, converter, strings.Join(others, ", "))}
	}
	err = unconverted{fmt.Errorf("there is no open pull request %q by %s", conversionTitle, converter)}
	for _, number := range numbers {
		reference = fmt.Sprintf("refs/pr/%d", number)
		if weights, err = c.pullRequest(ctx, reference, commit, all); err == nil {
			return weights, reference, nil
		}
		if !errors.As(err, &unconverted{}) {
			break
		}
	}
	return nil, "", err
}

// conversions are the numbers of the converter's open pull requests, and who else opened
// some of that title.
func (c *client) conversions(ctx context.Context) (numbers []int, others []string, err error) {
	for page, seen := 0, 0; page < 100; page++ {
		var answer struct {
			Count       int `json:"count"`
			Discussions []struct {
				Number int    `json:"num"`
				Title  string `json:"title"`
				Status string `json:"status"`
				Pull   bool   `json:"isPullRequest"`
				Author struct {
					Name string `json:"name"`
				} `json:"author"`
			} `json:"discussions"`
		}
		_, err := c.json(ctx, fmt.Sprintf("%s/api/models/%s/discussions?type=pull_request&status=open&p=%d", c.Endpoint, c.Repo, page), &answer)
		var status *StatusError
		if errors.As(err, &status) && !status.temporary() {
			return nil, nil, unconverted{fmt.Errorf("its pull requests aren't shown (%d)", status.Status)}
		}
		if err != nil {
			return nil, nil, err
		}
		for _, d := range answer.Discussions {
			switch {
			case !d.Pull || d.Status != "open" || d.Title != conversionTitle || d.Number < 1:
			case d.Author.Name == converter:
				numbers = append(numbers, d.Number)
			default:
				others = append(others, fmt.Sprintf("%q", d.Author.Name))
			}
		}
		if seen += len(answer.Discussions); len(answer.Discussions) == 0 || seen >= answer.Count {
			break
		}
	}
	return numbers, others, nil
}

// pullRequest are the files of weights that a pull request adds by one commit on the history
// of another, whose pickled weights it has unchanged.
func (c *client) pullRequest(ctx context.Context, reference, commit string, all []File) (weights []File, err error) {
	own, err := c.history(ctx, reference)
	if err != nil {
		return nil, err
	}
	base, err := c.history(ctx, commit)
	if err != nil {
		return nil, err
	}
	if len(own) < 2 || !slices.Contains(base, own[1]) {
		return nil, unconverted{fmt.Errorf("%s is not one commit on the history of %.12s", reference, commit)}
	}
	files, err := c.tree(ctx, own[0])
	if err != nil {
		return nil, err
	}
	if had, has := pickles(all), pickles(files); len(had) == 0 || !slices.Equal(had, has) {
		return nil, unconverted{fmt.Errorf("%s at %.12s has other pickled weights than %.12s", reference, own[0], commit)}
	}
	for _, f := range files {
		if modelstore.IsWeights(f.Path) || shardPattern.MatchString(f.Path) {
			f.Commit = own[0]
			weights = append(weights, f)
		}
	}
	if len(weights) == 0 {
		return nil, unconverted{fmt.Errorf("%s at %.12s has no %s", reference, own[0], safetensors.File)}
	}
	return weights, nil
}

// pickles are the files of pickled weights, by path, with the hub's hashes of them.
func pickles(files []File) (found []File) {
	for _, f := range files {
		if ok, _ := path.Match("pytorch_model*.bin", f.Path); ok && (f.SHA256 != "" || f.Blob != "") {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return found
}

// history are the commits of a revision, the newest first.
func (c *client) history(ctx context.Context, revision string) (ids []string, err error) {
	next := fmt.Sprintf("%s/api/models/%s/commits/%s", c.Endpoint, c.Repo, url.PathEscape(revision))
	for pages := 0; next != "" && pages < 100; pages++ {
		var commits []struct {
			ID string `json:"id"`
		}
		if next, err = c.json(ctx, next, &commits); err != nil {
			return nil, err
		}
		for _, commit := range commits {
			if !commitPattern.MatchString(commit.ID) {
				return nil, fmt.Errorf("%s is not a hub: what it names is no commit", c.Endpoint)
			}
			ids = append(ids, commit.ID)
		}
	}
	return ids, nil
}
