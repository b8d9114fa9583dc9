"""Small networks as people write them in PyTorch. Each entry of NETS makes (module, example inputs, names of dynamic batch or None)."""
import math
import torch
import torch.nn as nn
import torch.nn.functional as F

NETS = {}


def net(make):
    NETS[make.__name__.replace("_", "-")] = make
    return make


def image(c=3, h=16, w=16, n=2):
    return (torch.randn(n, c, h, w),)


class Lambda(nn.Module):
    def __init__(self, f):
        super().__init__()
        self.f = f

    def forward(self, *x):
        return self.f(*x)


class Residual(nn.Module):
    def __init__(self, *body):
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x):
        return x + self.body(x)


def cbr(i, o, k=3, s=1, act=nn.ReLU, groups=1):
    return nn.Sequential(nn.Conv2d(i, o, k, s, k // 2, bias=False, groups=groups), nn.BatchNorm2d(o), act(inplace=True))


def head(c, classes=10):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(c, classes))


@net
def conv_bn_relu():
    return nn.Sequential(cbr(3, 8), cbr(8, 16, s=2, act=nn.ReLU6), nn.MaxPool2d(2), cbr(16, 16, act=nn.SiLU), head(16)), image(), True


@net
def conv_bn_variants():
    return nn.Sequential(
        nn.Conv2d(3, 8, (3, 1), padding=(1, 0)), nn.BatchNorm2d(8, affine=False), nn.LeakyReLU(0.1),
        nn.Conv2d(8, 12, 3, padding=2, dilation=2), nn.BatchNorm2d(12), nn.PReLU(12), nn.Conv2d(12, 12, 1), nn.PReLU(),
        nn.Conv2d(12, 8, 3, stride=2, padding=1), nn.ELU(), nn.AvgPool2d(3, 2, 1, count_include_pad=False), nn.Softplus(), nn.CELU(),
        nn.Flatten(), nn.Linear(8 * 16, 20), nn.BatchNorm1d(20), nn.Mish(), nn.Linear(20, 5), nn.LogSoftmax(1)), image(), True


@net
def depthwise():
    return nn.Sequential(cbr(3, 16, s=2), cbr(16, 16, groups=16), cbr(16, 24, 1), cbr(24, 24, 5, groups=24, s=2), cbr(24, 32, 1), head(32)), image(), True


class SqueezeExcite(nn.Module):
    def __init__(self, c, r=4):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(c, c // r, 1), nn.Conv2d(c // r, c, 1)

    def forward(self, x):
        return x * F.hardsigmoid(self.fc2(F.relu(self.fc1(F.adaptive_avg_pool2d(x, 1)))))


@net
def mobilenet_v3():
    def block(c, e):
        return Residual(cbr(c, e, 1, act=nn.Hardswish), cbr(e, e, 5, groups=e, act=nn.Hardswish), SqueezeExcite(e), nn.Conv2d(e, c, 1, bias=False), nn.BatchNorm2d(c))
    return nn.Sequential(cbr(3, 16, s=2, act=nn.Hardswish), block(16, 48), block(16, 32), cbr(16, 64, 1, act=nn.Hardswish), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 48), nn.Hardswish(), nn.Linear(48, 10)), image(), True


class SEView(nn.Module):
    """The squeeze-and-excitation of most repositories: mean, view, linear, expand_as."""

    def __init__(self, c=16):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, c, 3, padding=1), nn.Sequential(nn.Linear(c, c // 4), nn.ReLU(), nn.Linear(c // 4, c), nn.Sigmoid())
        self.pool, self.out = nn.AdaptiveAvgPool2d(1), nn.Linear(c, 10)

    def forward(self, x):
        x = F.relu(self.conv(x))
        b, c, _, _ = x.size()
        y = self.fc(self.pool(x).view(b, c)).view(b, c, 1, 1)
        x = x * y.expand_as(x)
        return self.out(x.mean([2, 3]))


@net
def se_view():
    return SEView(), image(), True


class Mixer(nn.Module):
    def __init__(self, tokens, c):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(c), nn.LayerNorm(c)
        self.t = nn.Sequential(nn.Linear(tokens, 24), nn.GELU(), nn.Linear(24, tokens))
        self.c = nn.Sequential(nn.Linear(c, 48), nn.GELU(), nn.Linear(48, c))

    def forward(self, x):
        x = x + self.t(self.n1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.c(self.n2(x))


@net
def mlp_mixer():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.a, self.b, self.norm, self.head = nn.Conv2d(3, 24, 4, 4), Mixer(16, 24), Mixer(16, 24), nn.LayerNorm(24), nn.Linear(24, 10)

        def forward(self, x):
            x = self.stem(x).flatten(2).transpose(1, 2)
            return self.head(self.norm(self.b(self.a(x))).mean(1))
    return Net(), image(), True


class ViTBlock(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.n1, self.attn, self.n2 = nn.LayerNorm(c), nn.MultiheadAttention(c, heads, batch_first=True), nn.LayerNorm(c)
        self.mlp = nn.Sequential(nn.Linear(c, 4 * c), nn.GELU(), nn.Dropout(0.1), nn.Linear(4 * c, c))

    def forward(self, x):
        h = self.n1(x)
        x = x + self.attn(h, h, h, need_weights=False)[0]
        return x + self.mlp(self.n2(x))


class ViT(nn.Module):
    def __init__(self, c=32, block=ViTBlock):
        super().__init__()
        self.patch, self.cls, self.pos = nn.Conv2d(3, c, 4, 4), nn.Parameter(torch.randn(1, 1, c)), nn.Parameter(torch.randn(1, 17, c))
        self.blocks, self.norm, self.head = nn.Sequential(block(c, 4), block(c, 4)), nn.LayerNorm(c, eps=1e-6), nn.Linear(c, 10)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.pos
        return self.head(self.norm(self.blocks(x))[:, 0])


@net
def vit():
    return ViT(), image(), True


class TimmBlock(nn.Module):
    """Attention as timm and most repositories write it: one qkv layer, reshape, permute, unbind."""

    def __init__(self, c, heads):
        super().__init__()
        self.h, self.norm, self.qkv, self.proj = heads, nn.LayerNorm(c), nn.Linear(c, 3 * c), nn.Linear(c, c)

    def forward(self, x):
        b, n, c = x.shape
        q, k, v = self.qkv(self.norm(x)).reshape(b, n, 3, self.h, c // self.h).permute(2, 0, 3, 1, 4).unbind(0)
        a = (q @ k.transpose(-2, -1) * (c // self.h) ** -0.5).softmax(dim=-1)
        return x + self.proj((a @ v).transpose(1, 2).reshape(b, n, c))


@net
def vit_timm():
    return ViT(block=TimmBlock), image(), True


@net
def transformer_text():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed, self.pos = nn.Embedding(50, 32), nn.Embedding(12, 32)
            self.layers = nn.ModuleList([nn.TransformerEncoderLayer(32, 4, 64, 0.1, batch_first=True, activation="gelu") for _ in range(2)])
            self.out = nn.Linear(32, 5)

        def forward(self, ids):
            x = self.embed(ids) + self.pos(torch.arange(ids.shape[1], device=ids.device))
            mask = (ids == 0)
            for layer in self.layers:
                # the fused path of eval mode cannot be exported: the same sum, written out
                a = layer.self_attn(x, x, x, key_padding_mask=mask, need_weights=False)[0]
                x = layer.norm1(x + a)
                x = layer.norm2(x + layer.linear2(layer.activation(layer.linear1(x))))
            keep = (~mask).unsqueeze(-1).to(x.dtype)
            return self.out((x * keep).sum(1) / keep.sum(1).clamp(min=1))
    ids = torch.randint(1, 50, (2, 12))
    ids[0, 9:] = 0
    return Net(), (ids,), True


@net
def norms():
    return nn.Sequential(
        nn.Conv2d(3, 12, 3, padding=1), nn.GroupNorm(4, 12), nn.ReLU(), nn.Conv2d(12, 12, 3), nn.InstanceNorm2d(12, affine=True), nn.GELU(),
        nn.Conv2d(12, 8, 3), nn.InstanceNorm2d(8), nn.ReLU(), nn.LocalResponseNorm(5), nn.Conv2d(8, 8, 1), nn.LayerNorm([8, 12, 12]), nn.Tanh(), head(8)), image(), True


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.d1, self.d2, self.mid = cbr(3, 8), cbr(8, 16), cbr(16, 32)
        self.up1, self.u1 = nn.ConvTranspose2d(32, 16, 2, 2), cbr(32, 16)
        self.u2, self.out = cbr(24, 8), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        a = self.d1(x)
        b = self.d2(F.max_pool2d(a, 2))
        c = self.mid(F.max_pool2d(b, 2))
        b = self.u1(torch.cat([self.up1(c), b], 1))
        up = F.interpolate(b, scale_factor=2, mode="bilinear", align_corners=True)
        return self.out(self.u2(torch.cat([up, a], 1)))


@net
def unet():
    return UNet(), image(), True


@net
def unet_odd_sizes():
    class Net(UNet):
        def forward(self, x):
            a = self.d1(x)
            b = self.d2(F.max_pool2d(a, 2))
            c = self.mid(F.max_pool2d(b, 2))
            up = self.up1(c)
            dy, dx = b.size(2) - up.size(2), b.size(3) - up.size(3)
            up = F.pad(up, [dx // 2, dx - dx // 2, dy // 2, dy - dy // 2])
            b = self.u1(torch.cat([b, up], 1))
            up = F.interpolate(b, size=a.shape[2:], mode="bilinear", align_corners=False)
            return torch.sigmoid(self.out(self.u2(torch.cat([a, up], 1))))
    return Net(), image(3, 19, 22), True


@net
def super_resolution():
    return nn.Sequential(nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.Conv2d(16, 9, 3, padding=1), nn.PixelShuffle(3), nn.Conv2d(1, 4, 3, padding=1), nn.Upsample(scale_factor=2, mode="nearest"), nn.Conv2d(4, 4, 3, padding=1), nn.PixelUnshuffle(2), nn.Conv2d(16, 3, 1)), image(1, 8, 8), True


@net
def upsample_bicubic():
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Upsample(scale_factor=2, mode="bicubic"), nn.Conv2d(4, 4, 3), nn.Upsample(size=(20, 24), mode="bilinear"), nn.Conv2d(4, 2, 3)), image(3, 9, 9), False


@net
def decoder():
    return nn.Sequential(nn.Linear(10, 4 * 4 * 16), nn.ReLU(), Lambda(lambda x: x.view(-1, 16, 4, 4)), nn.ConvTranspose2d(16, 12, 3, stride=2, padding=1, output_padding=1), nn.BatchNorm2d(12), nn.ReLU(), nn.ConvTranspose2d(12, 8, 4, 2, 1, groups=4), nn.LeakyReLU(), nn.ConvTranspose2d(8, 3, 3, padding=2, dilation=2), nn.Tanh()), (torch.randn(2, 10),), True


class Recurrent(nn.Module):
    def __init__(self, kind, **more):
        super().__init__()
        self.embed, self.rnn = nn.Embedding(30, 12), kind(12, 16, batch_first=True, **more)
        self.out = nn.Linear(16 * (2 if more.get("bidirectional") else 1), 4)

    def forward(self, ids):
        y, _ = self.rnn(self.embed(ids))
        return self.out(y[:, -1])


@net
def lstm():
    return Recurrent(nn.LSTM, num_layers=2), (torch.randint(0, 30, (2, 7)),), True


@net
def lstm_bidirectional():
    return Recurrent(nn.LSTM, bidirectional=True), (torch.randint(0, 30, (2, 7)),), True


@net
def gru():
    return Recurrent(nn.GRU, num_layers=2, bidirectional=True), (torch.randint(0, 30, (2, 7)),), True


@net
def rnn_hidden():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.out = nn.RNN(6, 10, nonlinearity="relu"), nn.Linear(10, 3)

        def forward(self, x):
            _, h = self.rnn(x)
            return self.out(h.squeeze(0)), h
    return Net(), (torch.randn(5, 2, 6),), False


@net
def crnn():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.cnn = nn.Sequential(cbr(1, 8), nn.MaxPool2d(2), cbr(8, 16), nn.MaxPool2d((4, 1)))
            self.rnn, self.out = nn.LSTM(16 * 2, 12, bidirectional=True), nn.Linear(24, 11)

        def forward(self, x):
            x = self.cnn(x)
            b, c, h, w = x.size()
            x = x.reshape(b, c * h, w).permute(2, 0, 1)
            x, _ = self.rnn(x)
            return F.log_softmax(self.out(x), 2)
    return Net(), image(1, 16, 20), True


@net
def keywords():
    return nn.Sequential(nn.Conv1d(10, 16, 9, stride=2), nn.BatchNorm1d(16), nn.ReLU(), nn.Conv1d(16, 16, 3, padding=2, dilation=2, groups=4), nn.BatchNorm1d(16), nn.ReLU(), nn.MaxPool1d(2), nn.ConstantPad1d((1, 2), 0.5), nn.Conv1d(16, 24, 3), nn.GLU(1), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(12, 12)), (torch.randn(2, 10, 49),), True


@net
def conv3d():
    return nn.Sequential(nn.Conv3d(1, 6, 3, padding=1), nn.BatchNorm3d(6), nn.ReLU(), nn.MaxPool3d(2), nn.Conv3d(6, 8, (3, 1, 3), stride=(1, 2, 1)), nn.ReLU(), nn.AvgPool3d(2), nn.ConvTranspose3d(8, 4, 2, 2), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(4, 3)), (torch.randn(2, 1, 8, 12, 12),), True


@net
def adaptive_pooling():
    return nn.Sequential(cbr(3, 8), nn.AdaptiveAvgPool2d((4, 8)), cbr(8, 8), nn.AdaptiveMaxPool2d((2, 2)), nn.Flatten(1), nn.Linear(32, 10), nn.Softmax(dim=-1)), image(), True


@net
def pads():
    # padding_mode="circular" is left out: PyTorch 1.13 exports it wrongly (ONNX Runtime and Pare agree on the file, not with PyTorch).
    return nn.Sequential(nn.ReflectionPad2d(2), nn.Conv2d(3, 8, 5), nn.ReplicationPad2d((1, 0, 2, 1)), nn.Conv2d(8, 8, 3), nn.Conv2d(8, 8, 3, padding=1, padding_mode="reflect"), nn.ZeroPad2d((1, 2, 3, 4)), Lambda(lambda x: F.pad(x, (-1, -1, -2, 0))), nn.Conv2d(8, 4, 3), nn.MaxPool2d(3, 2, ceil_mode=True), nn.AvgPool2d(3, 2, padding=1, ceil_mode=True), head(4)), image(), True


@net
def einsum():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.q, self.k, self.mix = nn.Linear(8, 8), nn.Linear(8, 8), nn.Parameter(torch.randn(2, 4, 8))

        def forward(self, x):
            q, k = self.q(x).view(-1, 5, 2, 4), self.k(x).view(-1, 5, 2, 4)
            a = torch.einsum("bnhd,bmhd->bhnm", q, k).softmax(-1)
            y = torch.einsum("bhnm,bmhd->bnhd", a, q)
            return torch.einsum("bnhd,hdo->bno", y, self.mix)
    return Net(), (torch.randn(2, 5, 8),), True


@net
def topk_argmax():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(cbr(3, 8), head(8))

        def forward(self, x):
            y = self.body(x)
            p, i = y.softmax(1).topk(3, dim=1)
            return y, p, i, y.argmax(1), y.max(dim=1)[0], y.sort(1, descending=True)[0]
    return Net(), image(), True


@net
def scatter():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(6, 8)

        def forward(self, x, index):
            y = self.fc(x)
            z = torch.zeros_like(y).scatter(1, index, y[:, :3])
            z = z.scatter_add(1, index, y[:, 3:6])
            z[:, 2:5] = y[:, 5:8]
            z[:, [0, 7]] = 1.5
            z = z.masked_fill(z < -1, 0.25)
            return z + y.gather(1, index).sum(1, keepdim=True), z.index_select(1, torch.tensor([3, 1]))
    return Net(), (torch.randn(2, 6), torch.tensor([[0, 3, 5], [7, 1, 2]])), False


@net
def where_compare():
    def f(x):
        y = torch.where(x > 0, x.exp().clamp(max=4), -x.abs().sqrt())
        y = y + torch.where((x < -1) | (x > 1), torch.ones_like(x), torch.zeros_like(x))
        y = torch.fmod(y, 0.7) + torch.round(x) + torch.floor(x * 3) / 3 + torch.sign(x) + (x % 0.9)
        return torch.stack([y, y.roll(1, 2), y.flip(3)], 1).var((1, 2), unbiased=False) + y.std(dim=1, keepdim=False) + y.norm(dim=1) + torch.cumsum(y, 1).mean(1) + torch.logsumexp(y, 1)
    return nn.Sequential(nn.Conv2d(3, 4, 3), Lambda(f)), image(), True


@net
def dynamic_views():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c, self.fc = nn.Conv2d(3, 8, 3, stride=2), nn.Linear(8 * 49, 10)

        def forward(self, x):
            x = self.c(x)
            x = x.view(x.size(0), 4, -1).chunk(2, 1)
            x = torch.cat([x[1], x[0]], 1).contiguous().view(x[0].shape[0], -1)
            x = F.relu(x, inplace=True).view(-1, self.num_flat_features(x))
            return self.fc(x)

        def num_flat_features(self, x):
            n = 1
            for s in x.size()[1:]:
                n *= s
            return n
    return Net(), image(), True


@net
def double():
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 49, 10), nn.Softmax(1)).double(), (torch.randn(2, 3, 16, 16).double(),), True


@net
def scripted_if_loop():
    class Net(nn.Module):
        def __init__(self, deep: bool):
            super().__init__()
            self.fc, self.deep, self.steps = nn.Linear(6, 6), deep, 3

        def forward(self, x):
            if self.deep:
                x = torch.relu(self.fc(x))
            else:
                x = x * 2
            for _ in range(self.steps):
                x = torch.tanh(self.fc(x)) + x
            if x.shape[1] > 3:
                y = x[:, :3]
            else:
                y = x
            return y
    return torch.jit.script(Net(True)), (torch.randn(2, 6),), False


@net
def scripted_data_if():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(6, 4), nn.Linear(6, 4)

        def forward(self, x):
            if bool(x.sum() > 0):
                y = self.a(x)
            else:
                y = self.b(x)
            return y
    return torch.jit.script(Net()), (torch.randn(2, 6).abs(),), False


class ConvNeXt(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.dw, self.norm = nn.Conv2d(c, c, 7, padding=3, groups=c), nn.LayerNorm(c, eps=1e-6)
        self.up, self.down, self.gamma = nn.Linear(c, 4 * c), nn.Linear(4 * c, c), nn.Parameter(torch.full((c,), 0.5))

    def forward(self, x):
        y = self.norm(self.dw(x).permute(0, 2, 3, 1))
        y = self.gamma * self.down(F.gelu(self.up(y)))
        return x + y.permute(0, 3, 1, 2)


class ChannelNorm(nn.Module):
    """LayerNorm over channels first, as ConvNeXt's authors write it."""

    def __init__(self, c):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(c)), nn.Parameter(torch.randn(c))

    def forward(self, x):
        u = x.mean(1, keepdim=True)
        s = (x - u).pow(2).mean(1, keepdim=True)
        return self.weight[:, None, None] * ((x - u) / torch.sqrt(s + 1e-6)) + self.bias[:, None, None]


@net
def convnext():
    return nn.Sequential(nn.Conv2d(3, 16, 4, 4), ChannelNorm(16), ConvNeXt(16), ConvNeXt(16), ChannelNorm(16), nn.Conv2d(16, 24, 2, 2), Lambda(lambda x: x.mean([-2, -1])), nn.LayerNorm(24), nn.Linear(24, 10)), image(3, 32, 32), True


class Dense(nn.Module):
    def __init__(self, c, growth=8):
        super().__init__()
        self.body = nn.Sequential(nn.BatchNorm2d(c), nn.ReLU(), nn.Conv2d(c, 16, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, growth, 3, padding=1, bias=False))

    def forward(self, x):
        return torch.cat([x, self.body(x)], 1)


@net
def densenet():
    return nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), Dense(12), Dense(20), nn.BatchNorm2d(28), nn.ReLU(), nn.Conv2d(28, 14, 1), nn.AvgPool2d(2), Dense(14), Dense(22), nn.BatchNorm2d(30), nn.ReLU(), head(30)), image(), True


def shuffle(x, groups=2):
    b, c, h, w = x.data.size()
    return x.view(b, groups, c // groups, h, w).transpose(1, 2).contiguous().view(b, -1, h, w)


class ShuffleUnit(nn.Module):
    def __init__(self, c):
        super().__init__()
        h = c // 2
        self.body = nn.Sequential(cbr(h, h, 1), nn.Conv2d(h, h, 3, padding=1, groups=h, bias=False), nn.BatchNorm2d(h), cbr(h, h, 1))

    def forward(self, x):
        a, b = x.chunk(2, dim=1)
        return shuffle(torch.cat((a, self.body(b)), 1))


@net
def shufflenet():
    return nn.Sequential(cbr(3, 16, s=2), ShuffleUnit(16), ShuffleUnit(16), cbr(16, 32, 1), head(32)), image(), True


@net
def inception():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = cbr(3, 8, 1), nn.Sequential(cbr(3, 4, 1), cbr(4, 8)), nn.Sequential(cbr(3, 4, 1), cbr(4, 4, 5))
            self.p, self.out = nn.Sequential(nn.MaxPool2d(3, 1, 1), cbr(3, 4, 1)), head(24)

        def forward(self, x):
            return self.out(torch.cat([self.a(x), self.b(x), self.c(x), self.p(x)], 1))
    return Net(), image(), True


@net
def weight_norm():
    return nn.Sequential(nn.utils.weight_norm(nn.Conv2d(3, 8, 3)), nn.ReLU(), nn.utils.weight_norm(nn.Conv2d(8, 8, 3)), nn.ReLU(), nn.utils.spectral_norm(nn.Conv2d(8, 8, 3)).eval(), head(8)), image(), True


@net
def vae():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.e, self.mu, self.var, self.d = nn.Linear(20, 16), nn.Linear(16, 4), nn.Linear(16, 4), nn.Linear(4, 20)

        def forward(self, x, noise):
            h = F.relu(self.e(x.view(-1, 20)))
            mu, var = self.mu(h), self.var(h)
            return torch.sigmoid(self.d(mu + noise * torch.exp(0.5 * var))), mu, var
    return Net(), (torch.rand(2, 4, 5), torch.randn(2, 4)), False


@net
def siamese():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(cbr(1, 8), nn.MaxPool2d(2), cbr(8, 8), nn.Flatten(), nn.Linear(8 * 16, 12))

        def forward(self, a, b):
            a, b = F.normalize(self.body(a), dim=1), F.normalize(self.body(b), dim=1)
            return F.cosine_similarity(a, b), F.pairwise_distance(a, b)
    return Net(), (torch.randn(2, 1, 8, 8), torch.randn(2, 1, 8, 8)), True


@net
def yolo_head():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(cbr(3, 16, s=2, act=nn.SiLU), cbr(16, 16, act=nn.SiLU))
            self.out = nn.Conv2d(16, 2 * 7, 1)
            self.register_buffer("anchors", torch.tensor([[1.0, 2.0], [3.0, 1.5]]).view(1, 2, 1, 1, 2))

        def forward(self, x):
            y = self.body(x)
            y = torch.cat([y, F.max_pool2d(y, 5, 1, 2)], 1)[:, ::2]
            p = self.out(y)
            b, _, h, w = p.shape
            p = p.view(b, 2, 7, h, w).permute(0, 1, 3, 4, 2).contiguous().sigmoid()
            gy, gx = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
            grid = torch.stack((gx, gy), 2).view(1, 1, h, w, 2).float()
            p[..., 0:2] = (p[..., 0:2] * 2 - 0.5 + grid) * 8
            p[..., 2:4] = (p[..., 2:4] * 2) ** 2 * self.anchors
            return p.view(b, -1, 7)
    return Net(), image(), True


@net
def grid_sample():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.loc, self.body = nn.Sequential(nn.Flatten(), nn.Linear(64, 6)), nn.Conv2d(1, 4, 3)

        def forward(self, x):
            theta = self.loc(x).view(-1, 2, 3)
            ys, xs = torch.meshgrid(torch.linspace(-1, 1, 8), torch.linspace(-1, 1, 8), indexing="ij")
            base = torch.stack([xs, ys, torch.ones_like(xs)], -1).view(1, 64, 3)
            grid = (base @ theta.transpose(1, 2)).view(-1, 8, 8, 2)
            return self.body(F.grid_sample(x, grid, align_corners=False))
    return Net(), image(1, 8, 8), True
